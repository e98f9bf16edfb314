namespace ActorFingerprint.Tools.FrameGenerator.Quic;

/// <summary>What a version's Initial packets are protected and numbered with (RFC 9001 §5.2, RFC 9369 §3, and the drafts).</summary>
/// <param name="Version">Version number.</param>
/// <param name="Salt">Salt of the Initial secret, hex.</param>
/// <param name="Labels">What the key labels begin with.</param>
/// <param name="InitialType">The two type bits of an Initial packet; those of 0-RTT, Handshake and Retry follow in a circle.</param>
internal sealed record QuicDialect(uint Version, string Salt, string Labels, int InitialType)
{
    /// <summary>Number of a CRYPTO frame.</summary>
    public int CryptoFrame { get; init; } = 0x06;

    public static QuicDialect V1 { get; } = new(0x00000001, "38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic", 0);

    public static QuicDialect V2 { get; } = new(0x6b3343cf, "0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2", 1);

    public static QuicDialect Draft29 { get; } = new(0xff00001d, "afbfec289993d24c9e9786f19c6111e04390a899", "quic", 0);

    public static QuicDialect Draft27 { get; } = new(0xff00001b, "c3eef712c72ebb5a11a7d2432bb46365bef9f502", "quic", 0);

    public static QuicDialect Draft22 { get; } = new(0xff000016, "7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a", "quic", 0);

    public static QuicDialect Google { get; } =
        new(0x54303531, "7a4edef4e7ccee5fa4506c19124fc8ccda6e033d", "quic", 0) { CryptoFrame = 0x08 };
}
