namespace ActorFingerprint.Protocols.Quic;

/// <summary>What is remembered of one flow, seen from its client: its newest connection, and how far each side was read.</summary>
internal struct QuicFlow
{
    /// <summary>How far the client was read.</summary>
    public HelloProgress Client;

    /// <summary>How far the server was read.</summary>
    public HelloProgress Server;

    private ConnectionId _id;
    private uint _number;

    /// <summary>Frame from which all of this can be read again.</summary>
    public long FirstFrame { get; set; }

    /// <summary>Frame of the newest connection's first packet, or of the first packet that did not open.</summary>
    public long ConnectionFrame { get; set; }

    /// <summary>Frame time of that packet, UTC ticks.</summary>
    public long FirstTicks { get; set; }

    /// <summary>Packets tried since the last whole hello.</summary>
    public int Attempts { get; set; }

    /// <summary>Some packet opened: <see cref="Id"/> is that of the client's first packet.</summary>
    public bool HasConnection { get; private set; }

    /// <summary>How a version that is not known turned out to protect its packets.</summary>
    public QuicVersion? Guess { get; private set; }

    /// <summary>Hash of the connection ID that the server chose; 0 before it was seen.</summary>
    public ulong ServerId { get; set; }

    /// <summary>Hash of the client's last hello, of this connection or the one before; 0 for none.</summary>
    public ulong HelloHash { get; set; }

    /// <summary>The Destination Connection ID from which this connection's keys are derived.</summary>
    public readonly ConnectionId Id => _id;

    /// <summary>
    /// A client's packet of this version number begins anew although the ID is the same: the server refused the version of the
    /// first (RFC 9000 §6). Once the server answered, the version may change within the connection (RFC 9368 §2.4).
    /// </summary>
    public readonly bool IsNegotiating(uint number) => number != _number && ServerId == 0;

    /// <summary>A new connection, at a packet that opened with keys from its own Destination Connection ID.</summary>
    public void Begin(ReadOnlySpan<byte> id, uint number, QuicVersion guess)
    {
        _id = new ConnectionId(id);
        _number = number;
        Guess = guess;
        HasConnection = true;
        ServerId = 0;
        (Client, Server) = (default, default);
    }
}

/// <summary>How far one side of a connection was read.</summary>
internal struct HelloProgress
{
    /// <summary>Handshake bytes that were read.</summary>
    public uint Next;

    /// <summary>No further hello is expected.</summary>
    public bool IsRead;
}
