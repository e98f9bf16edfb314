using System.Net;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>How the nodes of a cluster ask each other (docs/cluster.md).</summary>
public sealed record ClusterAsksOptions : ICrossChecked
{
    /// <summary>Address to listen on for asks of other nodes.</summary>
    [ConfigurationKeyName("host")] public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes a free one, which is announced.</summary>
    [ConfigurationKeyName("port")][CountRange(0, 65_535)] public int Port { get; init; } = 8559;

    /// <summary>Name or address under which other nodes reach this one; empty: <see cref="Host"/>.</summary>
    [ConfigurationKeyName("announced-host")] public string AnnouncedHost { get; init; } = "";

    /// <summary>A file of mode 0600 with the secret that all nodes share: 32 characters or more.</summary>
    [ConfigurationKeyName("secret-file")] public string SecretFile { get; init; } = "";

    /// <summary>
    /// Certificate of this node: a PKCS #12 file, or a PEM file with <see cref="CertificateKey"/> beside it. Empty: clear text.
    /// </summary>
    [ConfigurationKeyName("certificate")] public string Certificate { get; init; } = "";

    /// <summary>PEM private key of <see cref="Certificate"/>.</summary>
    [ConfigurationKeyName("certificate-key")] public string CertificateKey { get; init; } = "";

    /// <summary>Password of the PKCS #12 file or of the encrypted key.</summary>
    [ConfigurationKeyName("certificate-password")] public string CertificatePassword { get; init; } = "";

    /// <summary>
    /// PEM file of the authorities that sign the nodes' certificates: both sides must show one. Empty: those of the system, listener only.
    /// </summary>
    [ConfigurationKeyName("authorities")] public string Authorities { get; init; } = "";

    /// <summary>Allows clear text on an address that other machines reach.</summary>
    [ConfigurationKeyName("allow-insecure-remote")] public bool AllowInsecureRemote { get; init; }

    /// <summary>How long an ask may take at most.</summary>
    [ConfigurationKeyName("deadline")]
    [DurationRange("100ms", "5m")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Asks under way to one node, and of others here; more are refused at once.</summary>
    [ConfigurationKeyName("max-in-flight")][CountRange(1, 1_000_000)] public int MaxInFlight { get; init; } = 4096;

    /// <summary>Longest ask and answer.</summary>
    [ConfigurationKeyName("max-size")]
    [SizeRange("64 KiB", "64 MiB")]
    public ByteSize MaxSize { get; init; } = ByteSize.MiB(4);

    /// <summary>True when the address is reachable from this machine only.</summary>
    public bool IsLoopback => IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address);

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (!IPAddress.TryParse(Host, out var address)) yield return ("host", $"'{Host}' is not an IP address: write one of this machine");
        else
        {
            if (!IsLoopback && Certificate.Length == 0 && !AllowInsecureRemote)
                yield return ("host",
                    $"{Host} is reachable from other machines and no certificate is set: set cluster.asks.certificate, or accept that others may read "
                    + "asks with cluster.asks.allow-insecure-remote = true");
            if (AnnouncedHost.Length == 0 && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
                yield return ("announced-host", $"is empty, and nobody can connect to {Host}: name this node as others reach it");
        }
        if (AnnouncedHost.Length > 0 && Uri.CheckHostName(AnnouncedHost) == UriHostNameType.Unknown)
            yield return ("announced-host", $"'{AnnouncedHost}' is neither a host name nor an address");
        foreach (var (key, path) in ((string, string)[])
                 [("secret-file", SecretFile), ("certificate", Certificate), ("certificate-key", CertificateKey), ("authorities", Authorities)])
            if (path.Length > 0 && !File.Exists(path)) yield return (key, $"{path}: no such file");
        if (CertificateKey.Length > 0 && Certificate.Length == 0) yield return ("certificate-key", "has no certificate: set cluster.asks.certificate too");
        if (Authorities.Length > 0 && Certificate.Length == 0)
            yield return ("authorities", "need a certificate of this node: set cluster.asks.certificate too");
    }
}
