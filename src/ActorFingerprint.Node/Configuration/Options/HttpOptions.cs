using System.Net;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The HTTP interface and its guards (design §9).</summary>
public sealed record HttpOptions : ICrossChecked
{
    /// <summary>False starts the node without HTTP.</summary>
    [ConfigurationKeyName("enabled")] public bool Enabled { get; init; } = true;

    /// <summary>Address to listen on.</summary>
    [ConfigurationKeyName("bind")] public string Bind { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes a free one.</summary>
    [ConfigurationKeyName("port")][CountRange(0, 65535)] public int Port { get; init; } = 8558;

    /// <summary>Host names, besides localhost and the bind address, that requests may name.</summary>
    [ConfigurationKeyName("names")] public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Tokens, one <c>role token</c> a line, mode 0600. Empty: <c>token</c> in the node folder, made at first start.</summary>
    [ConfigurationKeyName("token-file")] public string TokenFile { get; init; } = "";

    /// <summary>
    /// Certificate for HTTPS: a PKCS #12 file, or a PEM file with <see cref="CertificateKey"/> beside it. Empty: plain HTTP.
    /// </summary>
    [ConfigurationKeyName("certificate")] public string Certificate { get; init; } = "";

    /// <summary>PEM private key of <see cref="Certificate"/>.</summary>
    [ConfigurationKeyName("certificate-key")] public string CertificateKey { get; init; } = "";

    /// <summary>Password of the PKCS #12 file or of the encrypted key.</summary>
    [ConfigurationKeyName("certificate-password")] public string CertificatePassword { get; init; } = "";

    /// <summary>Allows plain HTTP on an address that other machines reach.</summary>
    [ConfigurationKeyName("allow-insecure-remote")] public bool AllowInsecureRemote { get; init; }

    /// <summary>Longest request body.</summary>
    [ConfigurationKeyName("max-request-body")]
    [SizeRange("1 KiB", "16 MiB")]
    public ByteSize MaxRequestBody { get; init; } = ByteSize.KiB(64);

    /// <summary>Longest request line and headers together.</summary>
    [ConfigurationKeyName("max-request-headers")]
    [SizeRange("1 KiB", "256 KiB")]
    public ByteSize MaxRequestHeaders { get; init; } = ByteSize.KiB(16);

    /// <summary>Longest handling of one request; event streams are exempt.</summary>
    [ConfigurationKeyName("request-timeout")]
    [DurationRange("1s", "1h")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at the same time.</summary>
    [ConfigurationKeyName("max-connections")][CountRange(1, 100_000)] public int MaxConnections { get; init; } = 256;

    /// <summary>Event streams at the same time.</summary>
    [ConfigurationKeyName("event-clients")][CountRange(0, 10_000)] public int EventClients { get; init; } = 64;

    /// <summary>
    /// Events waiting for one client; a client that falls further behind is dropped and may come back with Last-Event-ID.
    /// </summary>
    [ConfigurationKeyName("event-buffer")][CountRange(1, 100_000)] public int EventBuffer { get; init; } = 256;

    /// <summary>Pause after which a quiet event stream sends a comment.</summary>
    [ConfigurationKeyName("event-heartbeat")]
    [DurationRange("100ms", "10m")]
    public TimeSpan EventHeartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>True when the bind address is reachable from this machine only.</summary>
    public bool IsLoopback => IPAddress.TryParse(Bind, out var address) && IPAddress.IsLoopback(address);

    /// <summary>True when requests are served over TLS.</summary>
    public bool IsHttps => Certificate.Length > 0;

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (!IPAddress.TryParse(Bind, out _)) yield return ("bind",
            $"'{Bind}' is not an IP address: write 127.0.0.1, ::1, or an address of this machine");
        else if (Enabled && !IsLoopback && !IsHttps && !AllowInsecureRemote)
            yield return ("bind",
                $"{Bind} is reachable from other machines and no certificate is set: set http.certificate, or accept clear-text "
                + "tokens with http.allow-insecure-remote = true");
        if (IsHttps && !File.Exists(Certificate)) yield return ("certificate", $"{Certificate}: no such file");
        if (CertificateKey.Length > 0 && !IsHttps) yield return ("certificate-key", "has no certificate: set http.certificate too");
        if (CertificateKey.Length > 0 && !File.Exists(CertificateKey)) yield return ("certificate-key", $"{CertificateKey}: no such file");
        foreach (var name in Names.Where(n => Uri.CheckHostName(n) == UriHostNameType.Unknown))
            yield return ("names", $"'{name}' is not a host name: write it without scheme and port");
    }
}
