namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// Walks DER values (ITU-T X.690 §8, §10): tag, definite length, content. Borrows the bytes; never throws. Tags of more than one byte and
/// lengths above 2^24 - 1 are not read: no certificate has them where this reader looks.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;
    public const byte ObjectIdentifier = 0x06;

    private const int MaxLengthBytes = 3;
    private const byte LongTag = 0x1F;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Everything was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The tag of the next value; 0 at the end.</summary>
    public readonly byte NextTag => _rest.IsEmpty ? (byte)0 : _rest[0];

    /// <summary>Reads one value. <paramref name="value"/> is all of it, <paramref name="content"/> what its length covers.</summary>
    public bool TryRead(out byte tag, out ReadOnlySpan<byte> value, out ReadOnlySpan<byte> content)
    {
        tag = 0;
        value = content = default;
        if (_rest.Length < 2 || (_rest[0] & LongTag) == LongTag) return false;
        int length = _rest[1];
        var header = 2;
        if (length >= 0x80)
        {
            var count = length & 0x7F;
            if (count is 0 or > MaxLengthBytes || _rest.Length < header + count) return false;
            length = 0;
            for (; count > 0; count--) length = length << 8 | _rest[header++];
        }
        if (length > _rest.Length - header) return false;
        tag = _rest[0];
        value = _rest[..(header + length)];
        content = value[header..];
        _rest = _rest[value.Length..];
        return true;
    }

    /// <summary>Reads one value that must have this tag.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content) => TryRead(out var found, out _, out content) && found == tag;
}
