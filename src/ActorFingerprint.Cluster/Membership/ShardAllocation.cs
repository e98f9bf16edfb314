using System.Globalization;
using System.Text;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>A shard that should change its owner.</summary>
public readonly record struct ShardMove(int Shard, string From, string To);

/// <summary>
/// Which node should own which shard: rendezvous hashing, where a node takes no more than its share. The pairs of shard and node are gone through by
/// their weight, and a pair holds when the shard has no owner yet and the node has room. So every node that knows the same names comes to the same
/// result, and a node that comes or goes moves little besides its own share.
/// </summary>
public static class ShardAllocation
{
    /// <summary>The owner of each shard, by the shard's number; empty when there is no node.</summary>
    /// <param name="region">The region.</param>
    /// <param name="shards">Shards in it.</param>
    /// <param name="nodes">Names of the nodes that can own shards, each once, in any order.</param>
    public static IReadOnlyList<string> Of(string region, int shards, IReadOnlyCollection<string> nodes)
    {
        if (nodes.Count == 0) return [];
        var share = (shards + nodes.Count - 1) / nodes.Count;
        var pairs = nodes.SelectMany(node => Enumerable.Range(0, shards).Select(shard => (Weight: Weight(region, shard, node), Shard: shard, Node: node)))
            .OrderByDescending(pair => pair.Weight).ThenBy(pair => pair.Shard).ThenBy(pair => pair.Node, StringComparer.Ordinal);
        var owners = new string?[shards];
        var load = nodes.ToDictionary(node => node, _ => 0, StringComparer.Ordinal);
        foreach (var (_, shard, node) in pairs)
        {
            if (owners[shard] is not null || load[node] == share) continue;
            owners[shard] = node;
            load[node]++;
        }
        return owners!;
    }

    /// <summary>What has to move so that each shard is where it should be, the fullest nodes first. Shards without an owner come by themselves.</summary>
    /// <param name="current">Owner of each shard; null for none.</param>
    /// <param name="wanted">Result of <see cref="Of"/>.</param>
    public static IReadOnlyList<ShardMove> Moves(IReadOnlyList<string?> current, IReadOnlyList<string> wanted)
    {
        var load = current.Where(owner => owner is not null).CountBy(owner => owner!).ToDictionary();
        return
        [
            .. Enumerable.Range(0, Math.Min(current.Count, wanted.Count))
                .Where(shard => current[shard] is { } owner && owner != wanted[shard])
                .Select(shard => new ShardMove(shard, current[shard]!, wanted[shard]))
                .OrderByDescending(move => load[move.From]).ThenBy(move => move.Shard),
        ];
    }

    private static ulong Weight(string region, int shard, string node)
    {
        var name = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{region}/{shard}/{node}"));
        var hash = 14695981039346656037UL; // FNV-1a 64
        foreach (var octet in name) hash = (hash ^ octet) * 1099511628211UL;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL; // names that differ in their last letter must not be neighbours
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
