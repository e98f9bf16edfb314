namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>Extension numbers of the IANA registry that the models use.</summary>
internal static class ExtensionType
{
    public const ushort ServerName = 0;
    public const ushort MaxFragmentLength = 1;
    public const ushort StatusRequest = 5;
    public const ushort SupportedGroups = 10;
    public const ushort PointFormats = 11;
    public const ushort SignatureAlgorithms = 13;
    public const ushort Alpn = 16;
    public const ushort SignedCertificateTimestamp = 18;
    public const ushort Padding = 21;
    public const ushort EncryptThenMac = 22;
    public const ushort ExtendedMainSecret = 23;
    public const ushort CompressCertificate = 27;
    public const ushort RecordSizeLimit = 28;
    public const ushort DelegatedCredentials = 34;
    public const ushort SessionTicket = 35;
    public const ushort PreSharedKey = 41;
    public const ushort SupportedVersions = 43;
    public const ushort Cookie = 44;
    public const ushort PskModes = 45;
    public const ushort SignatureAlgorithmsCert = 50;
    public const ushort KeyShare = 51;
    public const ushort ApplicationSettings = 17613;
    public const ushort EncryptedClientHello = 65037;
    public const ushort RenegotiationInfo = 65281;
}

/// <summary>GREASE (RFC 8701).</summary>
internal static class Grease
{
    /// <summary>Stands in a profile for "a GREASE value, drawn for each hello".</summary>
    public const ushort Placeholder = 0x0A0A;

    /// <summary>One of the sixteen values.</summary>
    public static ushort Draw(SeededRandom random) => (ushort)(0x0A0A + 0x1010 * random.Next(16));

    /// <summary>True for the sixteen values and nothing else: 0x0A1A, for one, is none of them.</summary>
    public static bool Is(ushort value) => value >> 8 == (value & 0xFF) && (value & 0x0F) == 0x0A;
}
