using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Engine.Membership;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Membership;

public sealed class ShardAllocationSpecs
{
    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 3)]
    [InlineData(64, 5)]
    [InlineData(7, 10)]
    [InlineData(1024, 12)]
    public void Shares_differ_by_one_shard_at_most_and_every_shard_has_an_engine(int shards, int engines)
    {
        var places = ShardAllocation.Of("device", shards, Engines(engines));
        Assert.Equal(shards, places.Count);
        var shares = Engines(engines).Select(engine => places.Count(place => place == engine)).ToArray();
        Assert.Equal(shards, shares.Sum());
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
    }

    [Fact]
    public void The_order_of_the_members_does_not_matter() =>
        Assert.Equal(ShardAllocation.Of("device", 64, Engines(5)), ShardAllocation.Of("device", 64, [.. Engines(5).Reverse()]));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_member_that_goes_moves_little_more_than_its_share(int engines)
    {
        const int Shards = 256;
        var before = ShardAllocation.Of("device", Shards, Engines(engines));
        var after = ShardAllocation.Of("device", Shards, [.. Engines(engines).Take(engines - 1)]);
        var share = Shards / engines;
        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second), share, share + Shards / 5);
    }

    [Fact]
    public void Without_engines_there_is_no_place() => Assert.Empty(ShardAllocation.Of("device", 8, []));

    private static NodeAddress[] Engines(int count) => [.. Enumerable.Range(1, count).Select(n => new NodeAddress($"engine-{n}", 8558))];
}
