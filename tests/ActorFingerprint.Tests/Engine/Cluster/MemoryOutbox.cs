using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Tests.Engine.Cluster;

/// <summary>What a sensor has safe outlives it: a list of batches, published in order, some of them twice.</summary>
internal sealed class MemoryOutbox(MemoryBroker broker, int shards, Random random) : IShardTransport
{
    private readonly List<ShardBatch> _batches = [];
    private int _published;

    public bool WantsReports => true;

    public ValueTask SendAsync(ShardBatch batch, TaskCompletionSource safe, CancellationToken stop)
    {
        _batches.Add(batch);
        safe.TrySetResult();
        Publish();
        return ValueTask.CompletedTask;
    }

    public Task<Watermark[]> WatermarksAsync(string run, CancellationToken stop)
    {
        var marks = new Watermark[shards];
        for (var shard = 0; shard < shards; shard++)
        {
            marks[shard] = new Watermark(run, 0, 0, -1);
            foreach (var batch in _batches.Where(b => b.Run == run && b.Shard == shard))
            {
                marks[shard] = batch.Envelopes is [.., var last]
                    ? new Watermark(run, batch.Number, last.Frame, last.Index)
                    : marks[shard] with { Batch = batch.Number };
            }
        }
        return Task.FromResult(marks);
    }

    public Task ForgetAsync(DeviceKey device) => Task.CompletedTask;

    /// <summary>The confirms of the last messages are lost: they go out again.</summary>
    public void PublishAgain(int messages)
    {
        _published = Math.Max(0, _published - messages);
        Publish();
    }

    private void Publish()
    {
        while (_published < _batches.Count)
        {
            broker.Publish(_batches[_published++]);
            if (random.Next(20) == 0) _published = Math.Max(0, _published - random.Next(1, 6));
        }
    }
}
