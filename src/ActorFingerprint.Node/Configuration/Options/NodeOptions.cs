using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The node itself.</summary>
public sealed record NodeOptions : ICrossChecked
{
    /// <summary>Folder of the store, the token file and the audit log; made with mode 0700 when it does not exist.</summary>
    [ConfigurationKeyName("folder")] public string Folder { get; init; } = "actorfp-data";

    /// <summary>Name of this node in logs and writer ids.</summary>
    [ConfigurationKeyName("name")] public string Name { get; init; } = "node-1";

    /// <summary>Site of devices that are known by address only: the first part of <c>ip:site/vlan/address</c>.</summary>
    [ConfigurationKeyName("site")] public string Site { get; init; } = "default";

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (string.IsNullOrWhiteSpace(Folder)) yield return ("folder", "is empty: name the folder of the store");
        if (!IsPlain(Name)) yield return ("name", "must be 1 to 64 letters, digits, '-', '_' or '.'");
        if (!IsPlain(Site)) yield return ("site", "must be 1 to 64 letters, digits, '-', '_' or '.': it is part of device keys");
    }

    private static bool IsPlain(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

/// <summary>Logging.</summary>
public sealed record LogOptions
{
    /// <summary>Least severe level that is written.</summary>
    [ConfigurationKeyName("level")] public LogLevel Level { get; init; } = LogLevel.Information;
}

/// <summary>Orderly stop: phases with Akka's names run in order, each for at most its time.</summary>
public sealed record ShutdownOptions
{
    /// <summary>Time of one phase.</summary>
    [ConfigurationKeyName("phase-timeout")]
    [DurationRange("100ms", "10m")]
    public TimeSpan PhaseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time of the phase that drains the shards: what was read is committed here.</summary>
    [ConfigurationKeyName("shard-region-timeout")]
    [DurationRange("100ms", "1h")]
    public TimeSpan ShardRegionTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
