namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// Finds the CRYPTO frames among those that an Initial packet may hold (RFC 9000 §17.2.2): PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE.
/// Any other frame ends the walk, and so does one that is cut; what was read before stays valid.
/// </summary>
/// <param name="payload">The frames of one packet.</param>
/// <param name="hasGoogleFrames">Numbers as Google's T051 has them.</param>
internal ref struct QuicFrameReader(ReadOnlySpan<byte> payload, bool hasGoogleFrames)
{
    private const ulong Padding = 0x00;
    private const ulong Ping = 0x01;
    private const ulong Ack = 0x02;
    private const ulong AckEcn = 0x03;
    private const ulong Crypto = 0x06;
    private const ulong GoogleCrypto = 0x08;
    private const ulong Close = 0x1C;
    private const int EcnCounts = 3;

    private QuicReader _reader = new(payload);

    /// <summary>Reads up to and with the next CRYPTO frame.</summary>
    public bool TryReadCrypto(out ulong offset, out ReadOnlySpan<byte> data)
    {
        offset = 0;
        data = default;
        while (true)
        {
            SkipPadding();
            if (!_reader.TryReadVarint(out var type)) return false;
            if (type == (hasGoogleFrames ? GoogleCrypto : Crypto))
                return _reader.TryReadVarint(out offset) && _reader.TryReadVector(out data);
            if (!TrySkip(type)) return false;
        }
    }

    private void SkipPadding()
    {
        var at = _reader.Rest.IndexOfAnyExcept((byte)Padding);
        _reader = new QuicReader(at < 0 ? default : _reader.Rest[at..]);
    }

    private bool TrySkip(ulong type) => type switch
    {
        Padding or Ping => true,
        Ack => TrySkipAck(),
        AckEcn => TrySkipAck() && TrySkipVarints(EcnCounts),
        Close => TrySkipVarints(2) && _reader.TryReadVector(out _),
        _ => false,
    };

    /// <summary>Largest, delay, count of ranges and the first range; then two numbers a range (§19.3).</summary>
    private bool TrySkipAck()
    {
        if (!TrySkipVarints(2) || !_reader.TryReadVarint(out var ranges) || !TrySkipVarints(1)) return false;
        return ranges <= (ulong)_reader.Rest.Length / 2 && TrySkipVarints((int)ranges * 2);
    }

    private bool TrySkipVarints(int count)
    {
        for (; count > 0; count--)
            if (!_reader.TryReadVarint(out _)) return false;
        return true;
    }
}
