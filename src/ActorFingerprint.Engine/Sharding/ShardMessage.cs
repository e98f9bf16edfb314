using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>What a shard's mailbox holds.</summary>
internal abstract record ShardMessage
{
    /// <summary>
    /// The next batch of a run; <see cref="Applied"/> completes once it is durable, or was applied before, and fails with
    /// <see cref="BatchGapException"/> when another one has to come first.
    /// </summary>
    public sealed record Batch(ShardBatch Value, TaskCompletionSource Applied) : ShardMessage;

    /// <summary>A command to one device that somebody waits for.</summary>
    public sealed record Ask(DeviceKey Device, DeviceCommand Command, TaskCompletionSource<DeviceReply> Reply) : ShardMessage;

    /// <summary>The state of one device; changes nothing.</summary>
    public sealed record Get(DeviceKey Device, TaskCompletionSource<DeviceView?> Reply) : ShardMessage;

    /// <summary>How far a run was applied.</summary>
    public sealed record GetWatermark(string Run, TaskCompletionSource<Watermark> Reply) : ShardMessage;

    /// <summary>A run has ended: it may be forgotten before others. Nobody waits.</summary>
    public sealed record RunEnded(string Run) : ShardMessage;

    /// <summary>Lets these devices go without a snapshot, because their stored events were overwritten.</summary>
    public sealed record Reload(IReadOnlySet<string> PersistenceIds, TaskCompletionSource Done) : ShardMessage;

    /// <summary>Passivates devices without a message since <paramref name="IdleSinceTicks"/> (wall ticks); all of them with <see cref="long.MaxValue"/>.</summary>
    public sealed record Passivate(long IdleSinceTicks, TaskCompletionSource? Done) : ShardMessage;

    /// <summary>The same on demand, of <paramref name="Only"/> one device when it is given; answers how many went.</summary>
    public sealed record PassivateNow(long IdleSinceTicks, DeviceKey? Only, TaskCompletionSource<int> Passivated) : ShardMessage;

    /// <summary>Snapshots everything that changed since it was snapshotted last; answers how many snapshots that were.</summary>
    public sealed record SnapshotNow(TaskCompletionSource<int> Snapshots) : ShardMessage;
}

/// <summary>A batch came before the one that is next.</summary>
public sealed class BatchGapException(ShardBatch batch, long last)
    : Exception($"shard {batch.Shard}: batch {batch.Number} of run {batch.Run} came after {last}")
{
    /// <summary>Number of the last batch applied.</summary>
    public long Last { get; } = last;
}

/// <summary>Answer to an <see cref="ShardMessage.Ask"/>, given once everything is durable.</summary>
/// <param name="Found">False when the device is unknown; nothing was done then.</param>
/// <param name="Events">What the command caused; empty when it changed nothing.</param>
/// <param name="Refusal">Why the command was refused, or null.</param>
public sealed record DeviceReply(bool Found, IReadOnlyList<DeviceEvent> Events, string? Refusal = null)
{
    /// <summary>After an erasure: other devices whose events had named the erased one and were overwritten.</summary>
    public IReadOnlyList<string> Mentioned { get; init; } = [];

    /// <summary>After an erasure or the retention: false while a reader of the store keeps the old bytes alive in its files.</summary>
    public bool OldBytesAreGone { get; init; } = true;

    /// <summary>After an erasure: shards that could not be told. If their nodes are up, devices there may still name the erased one.</summary>
    public int Untold { get; init; }
}
