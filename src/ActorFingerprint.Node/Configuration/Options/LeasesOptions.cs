using ActorFingerprint.Capture.Leases;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Lease files of DHCP servers and clients on this machine. None is read until it is named.</summary>
public sealed record LeasesOptions : ICrossChecked
{
    /// <summary>Files of dnsmasq.</summary>
    [ConfigurationKeyName("dnsmasq")] public IReadOnlyList<string> Dnsmasq { get; init; } = [];

    /// <summary>Files of ISC dhcpd.</summary>
    [ConfigurationKeyName("dhcpd")] public IReadOnlyList<string> Dhcpd { get; init; } = [];

    /// <summary>CSV files of Kea's memfile backend.</summary>
    [ConfigurationKeyName("kea")] public IReadOnlyList<string> Kea { get; init; } = [];

    /// <summary>Files and folders of systemd-networkd.</summary>
    [ConfigurationKeyName("networkd")] public IReadOnlyList<string> Networkd { get; init; } = [];

    /// <summary>Files and folders of macOS's DHCP client.</summary>
    [ConfigurationKeyName("macos")] public IReadOnlyList<string> MacOs { get; init; } = [];

    /// <summary>Longest time between two looks at the files.</summary>
    [ConfigurationKeyName("rescan")][DurationRange("1s", "1d")] public TimeSpan Rescan { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What is read.</summary>
    internal IReadOnlyList<LeaseFiles> Files =>
    [
        .. Dnsmasq.Select(path => new LeaseFiles(path, "dnsmasq")),
        .. Dhcpd.Select(path => new LeaseFiles(path, "dhcpd")),
        .. Kea.Select(path => new LeaseFiles(path, "kea")),
        .. Networkd.Select(path => new LeaseFiles(path, "networkd")),
        .. MacOs.Select(path => new LeaseFiles(path, "macos")),
    ];

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems() => Files.Where(file => string.IsNullOrWhiteSpace(file.Path))
        .Select(file => (file.Format, $"'{file.Path}' is no file: write a path"));
}
