using ActorFingerprint.Core.Identification;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>How devices are identified.</summary>
public sealed record IdentificationOptions
{
    /// <summary>Says what devices are; false journals no answers.</summary>
    [ConfigurationKeyName("enabled")] public bool Enabled { get; init; } = true;

    /// <summary>The bundled signature database; empty: <c>signatures.db</c> beside the program.</summary>
    [ConfigurationKeyName("database")] public string Database { get; init; } = "";

    /// <summary>The database that imports go to; empty: <c>signatures.db</c> in <c>node.folder</c>.</summary>
    [ConfigurationKeyName("user-database")] public string UserDatabase { get; init; } = "";

    /// <summary>Confidence, in percent, below which a type is not said.</summary>
    [ConfigurationKeyName("threshold")][CountRange(1, 99)] public int Threshold { get; init; } = 35;

    /// <summary>How long a lookup over HTTP may wait for the API.</summary>
    [ConfigurationKeyName("lookup-timeout")][DurationRange("100ms", "1m")] public TimeSpan LookupTimeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Weights of the sources of evidence, in percent; 0 leaves a source out.</summary>
public sealed record EvidenceWeightOptions
{
    /// <summary>Answers of the Fingerbank API.</summary>
    [ConfigurationKeyName("fingerbank-cache")][CountRange(0, 100)] public int FingerbankCache { get; init; } = 90;

    /// <summary>TXT records over multicast DNS.</summary>
    [ConfigurationKeyName("mdns-txt")][CountRange(0, 100)] public int MdnsText { get; init; } = 85;

    /// <summary>UPnP descriptions.</summary>
    [ConfigurationKeyName("upnp")][CountRange(0, 100)] public int Upnp { get; init; } = 80;

    /// <summary>What software says of itself.</summary>
    [ConfigurationKeyName("port-banner")][CountRange(0, 100)] public int PortBanner { get; init; } = 75;

    /// <summary>JA3, JA4, JA3S, stack fingerprints.</summary>
    [ConfigurationKeyName("tls-fingerprint")][CountRange(0, 100)] public int TlsFingerprint { get; init; } = 70;

    /// <summary>Service types over multicast DNS.</summary>
    [ConfigurationKeyName("mdns")][CountRange(0, 100)] public int Mdns { get; init; } = 70;

    /// <summary>SSDP.</summary>
    [ConfigurationKeyName("ssdp")][CountRange(0, 100)] public int Ssdp { get; init; } = 70;

    /// <summary>DHCP and DHCPv6 options.</summary>
    [ConfigurationKeyName("dhcp-fingerprint")][CountRange(0, 100)] public int DhcpFingerprint { get; init; } = 65;

    /// <summary>Host names.</summary>
    [ConfigurationKeyName("hostname")][CountRange(0, 100)] public int Hostname { get; init; } = 60;

    /// <summary>Vendor and form of the MAC address.</summary>
    [ConfigurationKeyName("mac-analysis")][CountRange(0, 100)] public int MacAnalysis { get; init; } = 60;

    /// <summary>How it behaves.</summary>
    [ConfigurationKeyName("behavior")][CountRange(0, 100)] public int Behavior { get; init; } = 60;

    /// <summary>Open ports.</summary>
    [ConfigurationKeyName("port")][CountRange(0, 100)] public int Port { get; init; } = 50;

    /// <summary>As the classifier takes them.</summary>
    public EvidenceWeights ToWeights() => EvidenceWeights.Default
        .With(EvidenceSource.FingerbankCache, FingerbankCache / 100.0).With(EvidenceSource.MdnsText, MdnsText / 100.0)
        .With(EvidenceSource.Upnp, Upnp / 100.0).With(EvidenceSource.PortBanner, PortBanner / 100.0)
        .With(EvidenceSource.TlsFingerprint, TlsFingerprint / 100.0).With(EvidenceSource.Mdns, Mdns / 100.0)
        .With(EvidenceSource.Ssdp, Ssdp / 100.0).With(EvidenceSource.DhcpFingerprint, DhcpFingerprint / 100.0)
        .With(EvidenceSource.Hostname, Hostname / 100.0).With(EvidenceSource.MacAnalysis, MacAnalysis / 100.0)
        .With(EvidenceSource.Behavior, Behavior / 100.0).With(EvidenceSource.Port, Port / 100.0);
}
