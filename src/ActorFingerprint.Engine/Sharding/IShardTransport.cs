namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// The way of batches from a run to the shards of the device region, wherever these are (design §7). Keeps the order of a shard's batches.
/// </summary>
public interface IShardTransport
{
    /// <summary>
    /// True when the shards' journal is not the one in which runs keep their log: what the read side shall know of a run travels as
    /// <see cref="ShardBatch.Report"/> then, and the watermarks of a run that was reported are never all zero.
    /// </summary>
    bool WantsReports { get; }

    /// <summary>
    /// Takes a batch, waiting while there is no room for it. <paramref name="safe"/> completes once the batch cannot be lost any more: applied
    /// and committed by a shard of this process, or stored where a restart finds it.
    /// </summary>
    ValueTask SendAsync(ShardBatch batch, TaskCompletionSource safe, CancellationToken stop);

    /// <summary>How far each shard has got with a run, in what is safe: where numbering and routing go on after a restart.</summary>
    Task<Watermark[]> WatermarksAsync(string run, CancellationToken stop);

    /// <summary>
    /// A run has ended and all its batches are safe: shards of this process may forget it before others. Told at most; those elsewhere learn of it
    /// when the source runs again, or by its report.
    /// </summary>
    void Ended(string run)
    {
    }

    /// <summary>Forgets a device in what waits to be sent (erasure).</summary>
    Task ForgetAsync(Core.Devices.DeviceKey device);
}
