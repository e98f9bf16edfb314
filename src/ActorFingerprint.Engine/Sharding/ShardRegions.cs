using ActorFingerprint.Engine.Limiting;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Names of the regions, in fences, persistence ids and paths.</summary>
public static class ShardRegions
{
    /// <summary>Devices.</summary>
    public const string Device = ShardContext.Region;

    /// <summary>Entities of the limiter.</summary>
    public const string Limiter = LimiterManifests.Region;
}
