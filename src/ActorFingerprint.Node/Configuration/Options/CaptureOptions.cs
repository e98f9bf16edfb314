using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>
/// What is captured. Nothing, until a protocol is switched on (design §9); a file named on the command line is consent for
/// that file.
/// </summary>
public sealed record CaptureOptions : ICrossChecked
{
    /// <summary>Live interfaces, started with the node.</summary>
    [ConfigurationKeyName("interfaces")] public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Capture files and folders, read at start.</summary>
    [ConfigurationKeyName("files")] public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Goes on with files as they appear or grow (a folder being rotated into).</summary>
    [ConfigurationKeyName("follow")] public bool Follow { get; init; }

    /// <summary>DHCPv4 may be fingerprinted.</summary>
    [ConfigurationKeyName("dhcp")] public bool Dhcp { get; init; }

    /// <summary>TLS hellos may be fingerprinted.</summary>
    [ConfigurationKeyName("tls")] public bool Tls { get; init; }

    /// <summary>BPF filter instead of the one made from the protocols; empty makes it.</summary>
    [ConfigurationKeyName("filter")] public string Filter { get; init; } = "";

    /// <summary>Takes frames that are not for this machine.</summary>
    [ConfigurationKeyName("promiscuous")] public bool Promiscuous { get; init; }

    /// <summary>Kernel ring of one interface.</summary>
    [ConfigurationKeyName("buffer")][SizeRange("1 MiB", "1 GiB")] public ByteSize Buffer { get; init; } = ByteSize.MiB(64);

    /// <summary>Bytes taken of each frame.</summary>
    [ConfigurationKeyName("snap-length")][SizeRange("256 B", "256 KiB")] public ByteSize SnapLength { get; init; } = ByteSize.KiB(64);

    /// <summary>Share of frames dropped within a minute, percent, above which the alert is raised.</summary>
    [ConfigurationKeyName("drop-alert-percent")][CountRange(1, 100)] public int DropAlertPercent { get; init; } = 10;

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Interfaces.Count > 0 && !Dhcp && !Tls)
            yield return ("interfaces",
                "an interface is named but no protocol may be captured: set capture.dhcp = true, capture.tls = true, or both");
        foreach (var name in Interfaces.Where(string.IsNullOrWhiteSpace)) yield return ("interfaces",
            $"'{name}' is no interface: 'actorfp interfaces' lists them");
        foreach (var file in Files.Where(string.IsNullOrWhiteSpace)) yield return ("files", $"'{file}' is no file: write a path");
    }
}
