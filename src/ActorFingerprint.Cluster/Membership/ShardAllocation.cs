using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>
/// Which engine should own which shard: rendezvous hashing with a bound, so that shares differ by one shard at most and a member that comes or
/// goes moves little more than its own share. The same on every node, whatever the order of the members.
/// </summary>
public static class ShardAllocation
{
    /// <summary>The engine of each shard of a region; empty without engines.</summary>
    public static IReadOnlyList<NodeAddress> Of(string region, int shards, IReadOnlyList<NodeAddress> engines)
    {
        if (engines.Count == 0) return [];
        var places = new NodeAddress[shards];
        var load = engines.ToDictionary(engine => engine, _ => 0);
        var (share, rest) = Math.DivRem(shards, engines.Count);
        var larger = 0; // engines that have one shard more than the share: at most the rest
        var wishes = Enumerable.Range(0, shards).SelectMany(shard => engines.Select(engine => (shard, engine, Weight: Weight(region, shard, engine))))
            .OrderByDescending(wish => wish.Weight).ThenBy(wish => wish.shard).ThenBy(wish => wish.engine, NodeAddress.Order);
        var placed = new bool[shards];
        foreach (var (shard, engine, _) in wishes)
        {
            if (placed[shard] || load[engine] > share || (load[engine] == share && larger >= rest)) continue;
            if (load[engine] == share) larger++;
            load[engine]++;
            (placed[shard], places[shard]) = (true, engine);
        }
        return places;
    }

    /// <summary>FNV-1a alone differs too little between neighbours: its bits are mixed once more (the finaliser of SplitMix64).</summary>
    private static ulong Weight(string region, int shard, NodeAddress engine)
    {
        var z = DeviceKey.Fnv1a(Encoding.UTF8.GetBytes($"{region}/{shard}@{engine}"));
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
