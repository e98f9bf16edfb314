namespace ActorFingerprint.Core.Fingerprints;

/// <summary>How the hello was carried; the first letter of JA4.</summary>
public enum TlsTransport : byte
{
    /// <summary>TLS over TCP, <c>t</c>.</summary>
    Tcp,
    /// <summary>TLS inside QUIC, <c>q</c>.</summary>
    Quic,
    /// <summary>DTLS, <c>d</c>.</summary>
    Dtls,
}

/// <summary>
/// The fields of a ClientHello that fingerprints are made of (RFC 8446 §4.1.2). Lists are in wire order with GREASE kept.
/// Immutable; renderings are made when asked for, once.
/// </summary>
public sealed class ClientHello
{
    private readonly Texts _texts = new();
    private string _sni = "";

    /// <summary>How it was carried.</summary>
    public TlsTransport Transport { get; init; }

    /// <summary><c>legacy_version</c>.</summary>
    public required ushort LegacyVersion { get; init; }

    /// <summary>Cipher suites in wire order.</summary>
    public required ushort[] CipherSuites { get; init; }

    /// <summary>Extension types in wire order, repeats kept.</summary>
    public required ushort[] Extensions { get; init; }

    /// <summary>supported_groups (extension 10) in wire order.</summary>
    public ushort[] SupportedGroups { get; init; } = [];

    /// <summary>ec_point_formats (extension 11).</summary>
    public byte[] PointFormats { get; init; } = [];

    /// <summary>signature_algorithms (extension 13) in wire order; extension 50 is not used.</summary>
    public ushort[] SignatureAlgorithms { get; init; } = [];

    /// <summary>supported_versions (extension 43) in wire order; null when the extension is absent.</summary>
    public ushort[]? SupportedVersions { get; init; }

    /// <summary>ALPN protocol names as sent (extension 16); null when the extension is absent.</summary>
    public byte[][]? Alpn { get; init; }

    /// <summary>host_name of extension 0 as sent, bytes outside printable ASCII escaped as <c>\xNN</c>; empty when none.</summary>
    public string Sni { get => _sni; init => _sni = value; }

    /// <summary>Extension 0 is present, even with an empty list.</summary>
    public bool HasSni { get; init; }

    /// <summary>encrypted_client_hello (0xfe0d) is present: the visible name is the public name.</summary>
    public bool HasEch { get; init; }

    /// <summary>MD5 of the JA3 string, 32 lower-case hex digits.</summary>
    public required string Ja3 { get; init; }

    /// <summary>JA4 (client), 36 characters.</summary>
    public required string Ja4 { get; init; }

    /// <summary>Stack fingerprint (docs/formats.md): what of the hello survives resumption, padding and permutation; empty when not computed.</summary>
    public string Stack { get; init; } = "";

    /// <summary>The fields as the calculators read them.</summary>
    public ClientHelloFields Fields => new()
    {
        Transport = Transport,
        LegacyVersion = LegacyVersion,
        CipherSuites = CipherSuites,
        Extensions = Extensions,
        SupportedGroups = SupportedGroups,
        PointFormats = PointFormats,
        SignatureAlgorithms = SignatureAlgorithms,
        SupportedVersions = SupportedVersions,
        HasSupportedVersions = SupportedVersions is not null,
        FirstAlpn = Alpn is [var first, ..] ? first : default,
        HasSni = HasSni,
    };

    /// <summary>The version that the client would choose; 0 when it offered only GREASE.</summary>
    public ushort HighestVersion => Fields.HighestVersion;

    /// <summary>The same hello to another server: shares every list, fingerprint and text, which do not depend on the name.</summary>
    public ClientHello WithSni(string sni)
    {
        if (sni == Sni) return this;
        var copy = (ClientHello)MemberwiseClone();
        copy._sni = sni;
        return copy;
    }

    /// <summary>The JA3 string before MD5.</summary>
    public string Ja3Text() => _texts.Ja3 ??= Fingerprints.Ja3.Text(Fields);

    /// <summary>JA4_r: JA4 with its lists instead of their hashes.</summary>
    public string Ja4Raw() => _texts.Ja4Raw ??= Fingerprints.Ja4.Raw(Fields);

    /// <summary>JA4_o: JA4 over the wire order.</summary>
    public string Ja4Original() => _texts.Ja4Original ??= Fingerprints.Ja4.Original(Fields);

    /// <summary>JA4_ro: the lists of JA4_o.</summary>
    public string Ja4OriginalRaw() => _texts.Ja4OriginalRaw ??= Fingerprints.Ja4.OriginalRaw(Fields);

    /// <summary>Made when somebody asks; two threads that ask at once make the same.</summary>
    private sealed class Texts
    {
        public string? Ja3, Ja4Raw, Ja4Original, Ja4OriginalRaw;
    }
}

/// <summary>The fields of a ServerHello that JA3S is made of (RFC 8446 §4.1.3).</summary>
public sealed class ServerHello
{
    /// <summary>How it was carried.</summary>
    public TlsTransport Transport { get; init; }

    /// <summary><c>legacy_version</c>.</summary>
    public required ushort LegacyVersion { get; init; }

    /// <summary>The chosen cipher suite.</summary>
    public required ushort CipherSuite { get; init; }

    /// <summary>Extension types in wire order.</summary>
    public required ushort[] Extensions { get; init; }

    /// <summary>A HelloRetryRequest: a ServerHello with the fixed random (RFC 8446 §4.1.3).</summary>
    public bool IsHelloRetryRequest { get; init; }

    /// <summary>The version in supported_versions (extension 43), which TLS 1.3 servers choose there; null when absent.</summary>
    public ushort? SelectedVersion { get; init; }

    /// <summary>MD5 of the JA3S string, 32 lower-case hex digits.</summary>
    public required string Ja3S { get; init; }

    /// <summary>The JA3S string before MD5.</summary>
    public string Ja3SText() => Fingerprints.Ja3S.Text(LegacyVersion, CipherSuite, Extensions);
}
