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
/// Immutable; renderings are made when asked for.
/// </summary>
public sealed class ClientHello
{
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
    public string Sni { get; init; } = "";

    /// <summary>Extension 0 is present, even with an empty list.</summary>
    public bool HasSni { get; init; }

    /// <summary>encrypted_client_hello (0xfe0d) is present: the visible name is the public name.</summary>
    public bool HasEch { get; init; }

    /// <summary>MD5 of the JA3 string, 32 lower-case hex digits.</summary>
    public required string Ja3 { get; init; }

    /// <summary>JA4 (client), 36 characters.</summary>
    public required string Ja4 { get; init; }
}

/// <summary>The fields of a ServerHello that JA3S is made of (RFC 8446 §4.1.3).</summary>
public sealed class ServerHello
{
    /// <summary><c>legacy_version</c>.</summary>
    public required ushort LegacyVersion { get; init; }

    /// <summary>The chosen cipher suite.</summary>
    public required ushort CipherSuite { get; init; }

    /// <summary>Extension types in wire order.</summary>
    public required ushort[] Extensions { get; init; }

    /// <summary>A HelloRetryRequest: a ServerHello with the fixed random (RFC 8446 §4.1.3).</summary>
    public bool IsHelloRetryRequest { get; init; }

    /// <summary>MD5 of the JA3S string, 32 lower-case hex digits.</summary>
    public required string Ja3S { get; init; }
}
