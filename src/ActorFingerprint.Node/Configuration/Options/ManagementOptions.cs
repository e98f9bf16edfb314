using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>What may be done with the cluster from outside. The keys are Akka Management's, without its first word.</summary>
public sealed record ManagementOptions
{
    /// <summary>Over HTTP.</summary>
    [ConfigurationKeyName("http")] public ManagementHttpOptions Http { get; init; } = new();
}

/// <summary><c>/cluster</c> over HTTP; where it listens and who may call is that of all of HTTP.</summary>
public sealed record ManagementHttpOptions
{
    /// <summary>Members and shards can be looked at, but no member can be changed.</summary>
    [ConfigurationKeyName("route-providers-read-only")] public bool RouteProvidersReadOnly { get; init; } = true;
}
