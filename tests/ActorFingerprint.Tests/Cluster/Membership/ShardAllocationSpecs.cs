using ActorFingerprint.Cluster.Membership;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Membership;

public sealed class ShardAllocationSpecs
{
    private static readonly Arbitrary<(int Shards, int Nodes, int Seed)> Clusters =
        (from shards in Gen.Choose(1, 256) from nodes in Gen.Choose(1, 12) from seed in Gen.Choose(0, 1_000_000) select (shards, nodes, seed)).ToArbitrary();

    [Fact]
    public void Every_shard_has_one_owner_and_no_node_more_than_its_share() => Holds((shards, names) =>
    {
        var owners = ShardAllocation.Of("device", shards, names);
        return owners.Count == shards && owners.All(names.Contains)
            && owners.CountBy(owner => owner).All(load => load.Value <= (shards + names.Count - 1) / names.Count);
    });

    [Fact]
    public void The_order_in_which_nodes_are_known_does_not_matter() => Holds((shards, names) =>
        ShardAllocation.Of("device", shards, names).SequenceEqual(ShardAllocation.Of("device", shards, [.. names.Reverse()])));

    [Fact]
    public void A_node_that_goes_moves_little_besides_its_own_share() => Holds((shards, names) =>
    {
        if (names.Count < 2) return true;
        var before = ShardAllocation.Of("device", shards, names);
        var after = ShardAllocation.Of("device", shards, [.. names.Skip(1)]);
        return ShardAllocation.Moves(before, after).Count(move => move.From != names[0]) <= shards / 4 + 2;
    });

    [Fact]
    public void On_average_a_node_that_comes_moves_little_more_than_what_it_takes()
    {
        var (moved, taken) = (0, 0);
        for (var cluster = 0; cluster < 200; cluster++)
        {
            string[] names = [.. Enumerable.Range(0, 4).Select(n => $"actorfp://actorfp@host-{cluster}-{n}:8558")];
            var moves = ShardAllocation.Moves(ShardAllocation.Of("device", 64, names[..3]), ShardAllocation.Of("device", 64, names));
            moved += moves.Count;
            taken += moves.Count(move => move.To == names[3]);
        }
        Assert.Equal(200 * 16, taken);
        Assert.True(moved < taken * 1.25, $"{moved} shards moved for {taken} that a new node took");
    }

    [Fact]
    public void Shards_without_an_owner_and_those_in_place_do_not_move_and_the_fullest_node_gives_first()
    {
        var moves = ShardAllocation.Moves([null, "a", "b", "b", "b"], ["a", "a", "a", "b", "a"]);
        Assert.Equal([new ShardMove(2, "b", "a"), new ShardMove(4, "b", "a")], moves);
        Assert.Equal("c", ShardAllocation.Moves(["a", "c", "c"], ["b", "a", "a"])[0].From);
    }

    [Fact]
    public void Without_nodes_there_are_no_owners() => Assert.Empty(ShardAllocation.Of("device", 8, []));

    private static void Holds(Func<int, IReadOnlyList<string>, bool> property) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Clusters, cluster => property(cluster.Shards, [.. Enumerable.Range(0, cluster.Nodes).Select(n => $"node-{cluster.Seed}-{n}")])));
}
