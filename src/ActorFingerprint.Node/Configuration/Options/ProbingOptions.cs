using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>What devices of the local networks are asked. Off, the node only listens.</summary>
public sealed record ProbingOptions
{
    /// <summary>Connects to TLS servers on ports 443 and 8443 that were seen, for their JA3S.</summary>
    [ConfigurationKeyName("ja3s")] public bool Ja3S { get; init; }

    /// <summary>Fetches UPnP descriptions that were announced.</summary>
    [ConfigurationKeyName("upnp")] public bool Upnp { get; init; }

    /// <summary>Least time between two contacts, whoever they go to.</summary>
    [ConfigurationKeyName("interval")][DurationRange("1s", "1h")] public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Least time between two contacts of one kind to one device.</summary>
    [ConfigurationKeyName("repeat-after")][DurationRange("1h", "365d")] public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Longest time of one contact.</summary>
    [ConfigurationKeyName("timeout")][DurationRange("100ms", "30s")] public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Something is asked.</summary>
    internal bool IsOn => Ja3S || Upnp;
}
