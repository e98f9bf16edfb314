using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>One packet with a long header, borrowed.</summary>
internal ref struct QuicPacket
{
    /// <summary>Version number.</summary>
    public uint Version { get; init; }

    /// <summary>An Initial packet by its version's numbering; by any numbering when the version is unknown.</summary>
    public bool IsInitial { get; init; }

    /// <summary>The two type bits of the first byte.</summary>
    public byte TypeBits { get; init; }

    /// <summary>An Initial packet with a token: from a Retry, or from an earlier connection.</summary>
    public bool HasToken { get; init; }

    /// <summary>Destination Connection ID, 0 to 20 bytes.</summary>
    public ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>Source Connection ID, 0 to 20 bytes.</summary>
    public ReadOnlySpan<byte> Source { get; init; }

    /// <summary>The packet, header included, protected.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Offset of the packet number in <see cref="Bytes"/>; only for Initial packets.</summary>
    public int NumberOffset { get; init; }
}

/// <summary>
/// Walks the long-header packets of one datagram (RFC 8999 §5.1, RFC 9000 §12.2 and §17.2, RFC 9369 §3.2) by their Length fields. Ends at a
/// short header, a Retry, a version that cannot be read, and at bytes behind the last packet. Tolerates a fixed bit of 0 (RFC 9287).
/// </summary>
internal ref struct QuicPacketReader(ReadOnlySpan<byte> datagram)
{
    /// <summary>Longest connection ID of the versions that are read (RFC 9000 §17.2).</summary>
    public const int MaxConnectionId = 20;

    private const byte LongHeader = 0x80;
    private const int TypeShift = 4;
    private const byte TypeMask = 0b11;
    private const int VersionLength = sizeof(uint);

    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The walk stopped at a long header whose lengths contradict each other, or that is cut.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads one packet.</summary>
    public bool TryRead(out QuicPacket packet)
    {
        packet = default;
        if (_rest.Length < 1 + VersionLength || (_rest[0] & LongHeader) == 0) return false;
        var number = BinaryPrimitives.ReadUInt32BigEndian(_rest[1..]);
        var bits = (byte)(_rest[0] >> TypeShift & TypeMask);
        if (QuicVersion.IsUnreadable(number)) return false;
        var version = QuicVersion.Find(number);
        if (version is not null && bits == RetryBits(version)) return false;

        var reader = new QuicReader(_rest[(1 + VersionLength)..]);
        if (!reader.TryReadShort(out var destination) || destination.Length > MaxConnectionId
            || !reader.TryReadShort(out var source) || source.Length > MaxConnectionId) return Fail();
        var isInitial = version is null ? IsInitialOfAny(bits) : bits == version.InitialTypeBits;
        var token = default(ReadOnlySpan<byte>);
        if (isInitial && !reader.TryReadVector(out token)) return Fail();
        if (!reader.TryReadVarint(out var length)) return Fail();
        var numberOffset = _rest.Length - reader.Rest.Length;
        if (!reader.TryReadBytes(length, out _)) return Fail();
        packet = new QuicPacket
        {
            Version = number,
            IsInitial = isInitial,
            TypeBits = bits,
            HasToken = !token.IsEmpty,
            Destination = destination,
            Source = source,
            Bytes = _rest[..(numberOffset + (int)length)],
            NumberOffset = numberOffset,
        };
        _rest = reader.Rest;
        return true;
    }

    private static byte RetryBits(QuicVersion version) => (byte)(version.InitialTypeBits - 1 & TypeMask);

    private static bool IsInitialOfAny(byte bits)
    {
        foreach (var version in QuicVersion.Trials)
            if (version.InitialTypeBits == bits) return true;
        return false;
    }

    private bool Fail()
    {
        _rest = default;
        IsFaulty = true;
        return false;
    }
}
