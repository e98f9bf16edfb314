using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>How far a shard has applied a run: the number of its last batch, and the last observation in it.</summary>
public readonly record struct Watermark(string Run, long Batch, long Frame, int Index);

/// <summary>New persistent devices that a run may still make in its current window (flood guard, design §4).</summary>
public readonly record struct FloodQuota(string Run, long WindowStartTicks, int Used);

/// <summary>
/// The one row that a shard writes with the events of a commit (design §4): watermarks, counter deltas, quotas. Persistence id
/// <c>shard-device-N</c>, manifest <see cref="Manifest"/>.
/// </summary>
public sealed record ShardRow
{
    /// <summary>The stored type tag.</summary>
    public const string Manifest = "shard.batch-applied.v1";

    /// <summary>Watermarks of the runs touched.</summary>
    public required IReadOnlyList<Watermark> Watermarks { get; init; }

    /// <summary>Counter deltas of the devices touched, sorted by persistence id (ordinal).</summary>
    public required IReadOnlyList<DeviceDelta> Deltas { get; init; }

    /// <summary>Quotas of the runs touched.</summary>
    public IReadOnlyList<FloodQuota> Quotas { get; init; } = [];

    /// <summary>Observations that went to the ephemeral bucket.</summary>
    public long Ephemeral { get; init; }

    /// <summary>Observations refused because their time lies in the future (INV-5).</summary>
    public long RefusedFuture { get; init; }
}
