namespace ActorFingerprint.Protocols.Handshakes;

/// <summary>Walks the options of one TCP header (RFC 9293 §3.1). Borrows the bytes; never throws, never allocates.</summary>
/// <param name="options">The bytes between the fixed header and its end: 0..40.</param>
public ref struct TcpOptionReader(ReadOnlySpan<byte> options)
{
    private ReadOnlySpan<byte> _rest = options;

    /// <summary>The walk stopped at an option whose length is under two or runs past the header.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>The bytes behind the end of the list; empty before it was read.</summary>
    public ReadOnlySpan<byte> Padding { get; private set; }

    /// <summary>
    /// Reads one option; nop and end come with an empty value. The option that is faulty is given once, with <see cref="IsFaulty"/> set
    /// and an empty value.
    /// </summary>
    /// <param name="kind">Kind of the option (IANA, TCP option kind numbers).</param>
    /// <param name="value">Without kind and length, 0..38 bytes.</param>
    public bool TryRead(out byte kind, out ReadOnlySpan<byte> value)
    {
        kind = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        kind = _rest[0];
        switch (kind)
        {
            case TcpOption.Nop:
                _rest = _rest[1..];
                return true;
            case TcpOption.End:
                Padding = _rest[1..];
                _rest = default;
                return true;
        }
        if (_rest.Length < 2 || _rest[1] < 2 || _rest[1] > _rest.Length)
        {
            IsFaulty = true;
            _rest = default;
            return true;
        }
        value = _rest[2.._rest[1]];
        _rest = _rest[_rest[1]..];
        return true;
    }
}

/// <summary>Kinds of TCP options that are looked into (RFC 9293, RFC 7323, RFC 2018).</summary>
internal static class TcpOption
{
    public const byte End = 0;
    public const byte Nop = 1;
    public const byte SegmentSize = 2;
    public const byte WindowScale = 3;
    public const byte SackPermitted = 4;
    public const byte Sack = 5;
    public const byte Timestamps = 8;
}
