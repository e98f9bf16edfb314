using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Tests.Cluster.Messages;

/// <summary>Batches that hold something of every kind, the same at every run.</summary>
internal static class BatchSamples
{
    /// <summary>Region of the samples.</summary>
    public const string Region = "device";

    /// <summary>Observations of every type and a router notice, as many times as there are rounds.</summary>
    public static ShardBatch OfAllTypes(int seed, int rounds = 2)
    {
        List<ShardEnvelope> envelopes = [];
        for (var round = 0; round < rounds; round++)
        {
            var filler = new ObservationFiller(seed + round);
            foreach (var type in ObservationFiller.Types)
                envelopes.Add(new ShardEnvelope(filler.Observation(type), null, 100 + envelopes.Count, round));
            var notice = new RouterNotice(filler.Device(DeviceKeyKind.Mac), filler.Notice());
            envelopes.Add(new ShardEnvelope(null, notice, 100 + envelopes.Count, round));
        }
        return new ShardBatch("0198f3a2-run", 12, 0, envelopes);
    }

    /// <summary>The message of a batch for a region of one shard.</summary>
    public static byte[] Encode(ShardBatch batch) => new BatchEncoder().Encode(Region, 1, batch);
}
