using System.Text;
using ActorFingerprint.Protocols.Quic.Crypto;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// How the versions of one generation protect their Initial packets: salt and labels (RFC 9001 §5.2, RFC 9369 §3.3 and their drafts), and
/// how they number packet types. Salt and labels are kept in the form in which the key derivation hashes them.
/// </summary>
internal sealed class QuicVersion
{
    /// <summary>Number of version 2.</summary>
    public const uint Number2 = 0x6B3343CF;

    private const uint DraftBase = 0xFF000000;
    private const uint GoogleMask = 0xFF000000;
    private const uint GoogleCrypto = 'Q' << 24;

    private QuicVersion(string salt, string prefix, byte initialTypeBits)
    {
        InitialTypeBits = initialTypeBits;
        Salt = HmacSha256.Keyed(Convert.FromHexString(salt));
        Client = Label("client in", 32);
        Server = Label("server in", 32);
        Key = Label(prefix + " key", 16);
        Iv = Label(prefix + " iv", 12);
        HeaderProtection = Label(prefix + " hp", 16);
    }

    /// <summary>Version 1, and the drafts 33 and 34 that became it.</summary>
    public static QuicVersion V1 { get; } = new("38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic", 0b00);

    /// <summary>Version 2.</summary>
    public static QuicVersion V2 { get; } = new("0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2", 0b01);

    /// <summary>Drafts 29 to 32.</summary>
    public static QuicVersion Draft29 { get; } = new("afbfec289993d24c9e9786f19c6111e04390a899", "quic", 0b00);

    /// <summary>Drafts 23 to 28.</summary>
    public static QuicVersion Draft23 { get; } = new("c3eef712c72ebb5a11a7d2432bb46365bef9f502", "quic", 0b00);

    /// <summary>Draft 22.</summary>
    public static QuicVersion Draft22 { get; } = new("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a", "quic", 0b00);

    /// <summary>T051: the TLS variant of Google's own versions, which numbers its frames differently.</summary>
    public static QuicVersion Google { get; } =
        new("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d", "quic", 0b00) { HasGoogleFrames = true };

    /// <summary>What is tried, in this order, for a version that is not known.</summary>
    public static QuicVersion[] Trials { get; } = [V1, V2, Draft29, Draft23, Draft22];

    /// <summary>The two type bits of an Initial packet's first byte.</summary>
    public byte InitialTypeBits { get; }

    /// <summary>CRYPTO frames have Google's number.</summary>
    public bool HasGoogleFrames { get; private init; }

    /// <summary>The code under the salt.</summary>
    public HmacSha256 Salt { get; }

    /// <summary>Label of the client's secret.</summary>
    public uint[] Client { get; }

    /// <summary>Label of the server's secret.</summary>
    public uint[] Server { get; }

    /// <summary>Label of the packet key.</summary>
    public uint[] Key { get; }

    /// <summary>Label of the nonce's fixed part.</summary>
    public uint[] Iv { get; }

    /// <summary>Label of the header protection key.</summary>
    public uint[] HeaderProtection { get; }

    /// <summary>The generation of a version number; null when it is not known.</summary>
    public static QuicVersion? Find(uint number) => number switch
    {
        0x00000001 => V1,
        Number2 => V2,
        >= DraftBase + 33 and <= DraftBase + 34 => V1,
        >= DraftBase + 29 and <= DraftBase + 32 => Draft29,
        >= DraftBase + 23 and <= DraftBase + 28 => Draft23,
        DraftBase + 22 => Draft22,
        0xFACEB001 => Draft22, // Facebook's mvfst
        0xFACEB002 or 0xFACEB00E => Draft23,
        0x54303531 => Google,
        _ => null,
    };

    /// <summary>
    /// Never with a readable TLS hello: a Version Negotiation packet (0), Google's versions with a crypto of their own (Q043, Q046, Q050),
    /// and the numbers that a client only sends to be refused (RFC 9000 §15), behind which it sends its hello again.
    /// </summary>
    public static bool IsUnreadable(uint number) => number == 0 || (number & GoogleMask) == GoogleCrypto || IsReserved(number);

    /// <summary>One of the numbers <c>0x?a?a?a?a</c> that provoke a version negotiation.</summary>
    public static bool IsReserved(uint number) => (number & 0x0F0F0F0F) == 0x0A0A0A0A;

    /// <summary>The hashed block of an HkdfLabel (RFC 8446 §7.1) with the counter that HKDF-Expand puts behind it.</summary>
    private static uint[] Label(string label, int length)
    {
        var name = Encoding.ASCII.GetBytes("tls13 " + label);
        var block = new uint[Sha256State.BlockWords];
        HmacSha256.WriteBlock([0, (byte)length, (byte)name.Length, .. name, 0, 1], block);
        return block;
    }
}
