using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// ASCII text of a fingerprint under construction: on the caller's stack while it fits, else in a pooled array. The caller
/// reserves the room before it writes. Dispose returns the pooled array.
/// </summary>
internal ref struct FingerprintText(Span<byte> stack)
{
    /// <summary>Stack bytes that hold the text of every usual hello.</summary>
    public const int StackLength = 1024;

    private Span<byte> _text = stack;
    private byte[]? _rented;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _text[..Length];

    /// <summary>Starts again with an empty text.</summary>
    public void Clear() => Length = 0;

    /// <summary>Makes room for <paramref name="count"/> more bytes.</summary>
    public void Reserve(int count)
    {
        if (_text.Length - Length < count) Grow(count);
    }

    public void Append(byte value) => _text[Length++] = value;

    public void Append(scoped ReadOnlySpan<byte> ascii)
    {
        ascii.CopyTo(_text[Length..]);
        Length += ascii.Length;
    }

    /// <summary>Appends a decimal number: at most 5 bytes.</summary>
    public void AppendDecimal(int value)
    {
        var digits = value switch { < 10 => 1, < 100 => 2, < 1000 => 3, < 10000 => 4, _ => 5 };
        for (var at = Length + digits - 1; at >= Length; at--)
        {
            _text[at] = (byte)('0' + value % 10);
            value /= 10;
        }
        Length += digits;
    }

    /// <summary>Appends four lower-case hex digits.</summary>
    public void AppendHex(ushort value)
    {
        var digits = "0123456789abcdef"u8;
        _text[Length] = digits[value >> 12];
        _text[Length + 1] = digits[(value >> 8) & 15];
        _text[Length + 2] = digits[(value >> 4) & 15];
        _text[Length + 3] = digits[value & 15];
        Length += 4;
    }

    /// <summary>Appends the values other than GREASE as four hex digits each, joined by commas.</summary>
    public void AppendHexList(scoped ReadOnlySpan<ushort> values)
    {
        Reserve(values.Length * 5);
        var first = true;
        foreach (var value in values)
        {
            if (Grease.IsGrease(value)) continue;
            if (!first) Append((byte)',');
            first = false;
            AppendHex(value);
        }
    }

    /// <summary>Appends values as decimal numbers joined by hyphens; GREASE is left out on request.</summary>
    public void AppendDecimalList(scoped ReadOnlySpan<ushort> values, bool withGrease)
    {
        Reserve(values.Length * 6);
        var first = true;
        foreach (var value in values)
        {
            if (!withGrease && Grease.IsGrease(value)) continue;
            if (!first) Append((byte)'-');
            first = false;
            AppendDecimal(value);
        }
    }

    /// <summary>Lower-case hex of the MD5 of the text. MD5 is part of the definition of JA3, not a security measure.</summary>
    public readonly string ToMd5Hex()
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(Written, digest);
        return Convert.ToHexStringLower(digest);
    }

    public override readonly string ToString() => Encoding.ASCII.GetString(Written);

    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, _text.Length * 2));
        Written.CopyTo(larger);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _text = _rented = larger;
    }
}
