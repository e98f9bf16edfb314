using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>
/// Brings shards to the engines that should own them (<see cref="ShardAllocation"/>), a few at a time: each owner announces what it is about to
/// hand over and to whom, the others step back in those lines, then it hands over. Only while the members have been the same for a while: a
/// takeover needs no balance.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="members">The members.</param>
/// <param name="regions">The regions of this node.</param>
/// <param name="announce">Announces at once what this node has to say.</param>
/// <param name="time">Clock.</param>
public sealed class ShardBalancer(NodeAddress self, Members members, IReadOnlyList<SharedRegion> regions, Action announce, TimeProvider time)
{
    /// <summary>
    /// How long the engines must have been the same, and no shard have come here: longer than it takes to find a member unreachable, so that no
    /// shard is sent back to the node that has just lost it by dying.
    /// </summary>
    public static readonly TimeSpan Calm = Members.Patience + TimeSpan.FromSeconds(1);

    /// <summary>Shards of a region that move at once: the rest go on answering.</summary>
    private const int AtOnce = 8;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(400);

    private IReadOnlyList<NodeAddress> _engines = [];
    private TimeSpan _sameSince;
    private HashSet<(string, int)> _owned = [];
    private volatile bool _isAsked;

    /// <summary>What this node is about to hand over.</summary>
    public IReadOnlyList<AnnouncedMove> Moves { get; private set; } = [];

    /// <summary>Does not wait for calm.</summary>
    public void Rebalance() => _isAsked = true;

    /// <summary>Shards of this node that another one should own.</summary>
    public int Misplaced => Wanted(members.EnginesAt(time.GetElapsedTime(0))).Count;

    /// <summary>Another node is about to hand shards over: steps back in the lines in which this node is not meant.</summary>
    public async Task HeardAsync(NodeAnnouncement other)
    {
        foreach (var move in other.Moves)
        {
            if (move.To == self.ToString() || other.Node == self.ToString()) continue;
            if (regions.FirstOrDefault(r => r.Host.Region == move.Region) is not { } region) continue;
            if (move.Shard >= 0 && move.Shard < region.Host.Count && !region.Ownership.Owned.Contains(move.Shard)) await region.Consumers.StepBackAsync(move.Shard);
        }
    }

    /// <summary>Runs until asked to stop, which is its normal end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Tick, time, stop);
                await BalanceAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the node leaves
        }
    }

    private async Task BalanceAsync(CancellationToken stop)
    {
        var now = time.GetElapsedTime(0);
        var engines = members.EnginesAt(now);
        var owned = regions.SelectMany(region => region.Ownership.Owned.Select(shard => (region.Host.Region, shard))).ToHashSet();
        if (!engines.SequenceEqual(_engines) || !owned.IsSubsetOf(_owned)) (_engines, _sameSince) = (engines, now);
        _owned = owned;
        if (!engines.Contains(self) || (!_isAsked && now - _sameSince < Calm)) return;
        var wanted = Wanted(engines);
        if (wanted.Count == 0)
        {
            _isAsked = false;
            return;
        }
        Moves = [.. wanted.Select(w => w.Move)];
        announce();
        await Task.Delay(Notice, time, stop);
        await Task.WhenAll(wanted.Select(w => w.Region.Ownership.HandOverAsync(w.Move.Shard)));
        Moves = [];
        announce();
    }

    private List<(SharedRegion Region, AnnouncedMove Move)> Wanted(IReadOnlyList<NodeAddress> engines)
    {
        var wanted = new List<(SharedRegion, AnnouncedMove)>();
        foreach (var region in regions)
        {
            if (ShardAllocation.Of(region.Host.Region, region.Host.Count, engines) is not { Count: > 0 } places) continue;
            wanted.AddRange(region.Host.Hosted.Where(shard => shard.Epoch > 0 && places[shard.Shard] != self).Take(AtOnce)
                .Select(shard => (region, new AnnouncedMove(region.Host.Region, shard.Shard, places[shard.Shard].ToString()))));
        }
        return wanted;
    }
}
