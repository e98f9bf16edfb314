using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>
/// Reads what <see cref="CompactWriter"/> wrote. Every read throws <see cref="FormatException"/> on bytes that end early or cannot be.
/// </summary>
public ref struct CompactReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>A number from 0 to <paramref name="most"/>.</summary>
    public long Number(long most = long.MaxValue)
    {
        var value = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part >= 0x80) continue;
            if (value > (ulong)most) Fail("a number is out of range");
            return (long)value;
        }
        Fail("a number is too long");
        return 0;
    }

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A byte that names a member of an enumeration, up to <paramref name="most"/>.</summary>
    public byte Byte(byte most)
    {
        var value = Byte();
        if (value > most) Fail("an enumeration has no such member");
        return value;
    }

    /// <summary>Eight bytes.</summary>
    public ulong Fixed() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>A name inside an entity.</summary>
    public KeyDigest Digest() => new(Fixed(), Fixed());

    /// <summary>Key of an entity.</summary>
    public LimiterKey Key() => LimiterKey.From(Take(LimiterKey.Size));

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> Bytes() => Take((int)Number(_rest.Length));

    /// <summary>UTF-8 with its length before it.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Nothing may follow.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty) Fail("bytes follow the end");
    }

    internal BoundedWindow Window()
    {
        var count = (int)Number(_rest.Length / 16);
        if (count == 0) return default;
        var start = Number();
        var members = new KeyDigest[count];
        for (var i = 0; i < count; i++) members[i] = Digest();
        return BoundedWindow.Of(start, members);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length) Fail("it ends early");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    [DoesNotReturn]
    private static void Fail(string why) => throw new FormatException($"not the limiter's compact form: {why}");
}
