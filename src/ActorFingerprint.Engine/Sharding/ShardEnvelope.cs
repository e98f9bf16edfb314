using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Tells a device that its address is a router.</summary>
public sealed record RouterNotice(DeviceKey Device, DeviceCommand.IdentifyRouter Command);

/// <summary>
/// What a run tells one entity: an observation, or that its address is a router. The position is that of the observation of the
/// capture that caused it, also when an earlier observation is told again to another device.
/// </summary>
/// <param name="Observation">The observation, or null.</param>
/// <param name="Router">The notice, or null.</param>
/// <param name="Frame">Frame of the cause.</param>
/// <param name="Index">Index of the cause within its frame.</param>
public readonly record struct ShardEnvelope(Observation? Observation, RouterNotice? Router, long Frame, int Index)
{
    /// <summary>The device.</summary>
    public DeviceKey EntityId => Observation is { } observation ? observation.Device : Router!.Device;

    /// <summary>True when one observation of the capture caused both.</summary>
    public bool IsCausedAs(in ShardEnvelope other) => Frame == other.Frame && Index == other.Index;
}

/// <summary>Where an entity lives: FNV-1a 64 of its UTF-8 id, modulo the shards (design §4).</summary>
public static class ShardId
{
    /// <summary>0..<paramref name="shards"/>-1, stable for ever.</summary>
    public static int Of(DeviceKey entity, int shards) => (int)(entity.StableHash() % (ulong)shards);

    /// <summary>The same for a persistence id.</summary>
    public static int Of(string persistenceId, int shards) => (int)(DeviceKey.Fnv1a(Encoding.UTF8.GetBytes(persistenceId)) % (ulong)shards);
}
