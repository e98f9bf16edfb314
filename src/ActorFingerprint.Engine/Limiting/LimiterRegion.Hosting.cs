using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>The region towards a cluster: which shards it hosts, and what other nodes ask of them.</summary>
public sealed partial class LimiterRegion : IShardHost, IShardAskHandler
{
    private const int Idle = 0, Listing = 1, ToListAgain = 2;

    private int _listingState;

    /// <inheritdoc/>
    public string Region => LimiterManifests.Region;

    /// <inheritdoc/>
    public int Count => _shards.Length;

    /// <inheritdoc/>
    public IReadOnlyList<HostedShard> Hosted =>
        [.. _shards.Where(s => s.IsHosted).Select(s => new HostedShard(s.Number, s.Epoch, s.EntityCount))];

    /// <summary>The epoch of a shard on this node; 0 when it is not here.</summary>
    public long EpochOf(int shard) => shard >= 0 && shard < _shards.Length ? _shards[shard].Epoch : 0;

    /// <inheritdoc/>
    public event Action<int, Exception>? Lost;

    /// <inheritdoc/>
    public Task<long> StartShardAsync(int shard, CancellationToken stop)
    {
        ThrowUnlessClustered(shard);
        return _scheduler.Start(async () =>
        {
            var leaseUntil = _time.GetTimestamp() + _lease;
            var epoch = await PersistAsync(() => _journal.ClaimShardAsync(Region, shard, _options.Owner, stop), stop);
            var left = await PersistAsync(() => _snapshots.LoadAsync(LimiterManifests.WindowsIdOf(shard), stop), stop);
            var start = new StartShard(shard, epoch, leaseUntil, ShardWindows.Read(left, epoch));
            Send(start);
            await start.Done.Task;
            List();
            return epoch;
        });
    }

    /// <inheritdoc/>
    public Task StopShardAsync(int shard)
    {
        ThrowUnlessClustered(shard);
        return _scheduler.Start(() => FinishAsync(new StopShard(shard)));
    }

    /// <inheritdoc/>
    public void DropShard(int shard)
    {
        ThrowUnlessClustered(shard);
        if (_shards[shard].Epoch is > 0 and var epoch) Send(new DropShard(shard, epoch, null));
    }

    /// <inheritdoc/>
    public void Renew(IReadOnlyDictionary<int, long> epochs, long sinceTimestamp)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        var until = sinceTimestamp + _lease;
        foreach (var (number, stored) in epochs)
        {
            if (number < 0 || number >= _shards.Length || _shards[number].Epoch is not (> 0 and var epoch)) continue;
            if (stored == epoch) _shards[number].Renew(epoch, until);
            else if (stored > epoch) // a lower one was read before this node claimed the shard
                Send(new DropShard(number, epoch, new JournalConflictException($"shard {Region}/{number}: epoch {stored} has replaced {epoch}")));
        }
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        if (_answers is null || shard < 0 || shard >= _shards.Length || !_shards[shard].IsHosted)
            return Task.FromException<ReadOnlyMemory<byte>>(new ShardMovedException(Region, shard));
        return _answers.AnswerAsync(shard, kind, request);
    }

    private bool IsHosted(int shard) => _shards[shard].IsHosted;

    private async Task FinishAsync(FinishShard finish)
    {
        Send(finish);
        await finish.Done.Task;
    }

    /// <summary>As stubborn as a commit, but not beyond the caller's patience.</summary>
    private Task<T> PersistAsync<T>(Func<Task<T>> change, CancellationToken stop) => _commits.PersistAsync(() =>
    {
        stop.ThrowIfCancellationRequested();
        return change();
    });

    /// <summary>
    /// Lists the journal once more: a shard that has just come here rules no stranger out until that is done. Shards that come while it is
    /// done share the next one.
    /// </summary>
    private void List()
    {
        if (Interlocked.Exchange(ref _listingState, ToListAgain) != Idle) return;
        Volatile.Write(ref _listing, _scheduler.Start(async () =>
        {
            do
            {
                Interlocked.Exchange(ref _listingState, Listing);
                await _sweep.TryRunAsync(CancellationToken.None);
            }
            while (Interlocked.CompareExchange(ref _listingState, Idle, Listing) != Listing);
        }));
    }

    private void ThrowUnlessClustered(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, _shards.Length);
        if (_relay is null) throw new InvalidOperationException("a limiter region that is alone hosts all its shards from the start");
    }
}
