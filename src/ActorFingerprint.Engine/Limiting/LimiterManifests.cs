using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Stored names of the limiter. A manifest means one JSON shape for ever; a new shape is a new manifest.</summary>
public static class LimiterManifests
{
    /// <summary>Name of the region in fences.</summary>
    public const string Region = "limiter";

    /// <summary>What every persistence id begins with.</summary>
    public const string PersistencePrefix = "limiter-";

    /// <summary>What every manifest begins with.</summary>
    public const string Prefix = "limiter.";

    /// <summary>An entity's durable state at one time.</summary>
    public const string Snapshot = "limiter.snapshot.v1";

    /// <summary><c>limiter-&lt;kind&gt;-&lt;64 hex digits&gt;</c>, stable for ever.</summary>
    public static string PersistenceIdOf(EntityKind kind, LimiterKey key) => kind switch
    {
        EntityKind.Account => $"limiter-account-{key}",
        EntityKind.Address => $"limiter-address-{key}",
        EntityKind.Dilution => $"limiter-dilution-{key}",
        EntityKind.MacroScope => $"limiter-macro-{key}",
        _ => $"limiter-throttle-{key}",
    };
}
