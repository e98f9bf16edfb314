using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Several nodes that share the work.</summary>
public sealed record ClusterOptions
{
    /// <summary>How they ask each other.</summary>
    [ConfigurationKeyName("asks")] public ClusterAsksOptions Asks { get; init; } = new();
}
