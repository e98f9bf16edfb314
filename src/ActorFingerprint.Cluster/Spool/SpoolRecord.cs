using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>One batch on its way into the spool.</summary>
/// <param name="Run">Id of the run, at most 255 bytes of UTF-8.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Number">Number of the batch among those of (run, shard), rising.</param>
/// <param name="Frame">Frame of its last envelope; 0 when it has none.</param>
/// <param name="Index">Index of its last envelope; -1 when it has none.</param>
/// <param name="Message">The message; must not change until it is durable.</param>
public readonly record struct SpoolRecord(string Run, int Shard, long Number, long Frame, int Index, ReadOnlyMemory<byte> Message)
{
    /// <summary>The record of a batch and its message.</summary>
    public static SpoolRecord Of(ShardBatch batch, ReadOnlyMemory<byte> message)
    {
        var last = batch.Envelopes.Count > 0 ? batch.Envelopes[^1] : new ShardEnvelope(null, null, 0, -1);
        return new SpoolRecord(batch.Run, batch.Shard, batch.Number, last.Frame, last.Index, message);
    }
}

/// <summary>One batch as the spool gives it out.</summary>
/// <param name="Position">Its place in the spool, rising; what <see cref="BatchSpool.Confirm"/> takes.</param>
/// <param name="Run">Id of the run.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Number">Number of the batch among those of (run, shard).</param>
/// <param name="Message">The message.</param>
public readonly record struct SpooledBatch(long Position, string Run, int Shard, long Number, ReadOnlyMemory<byte> Message);
