using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// Walks over the limiter's entities in the journal: learns which there are, so that others begin anew without a read, and takes out those
/// whose last row is older than any lifetime. Of several nodes each looks after the shards that it hosts.
/// </summary>
internal sealed class LimiterSweep(LimiterContext context, TimeProvider time)
{
    /// <summary>Entities listed, and deleted, at once: neither readers nor the writer are held up.</summary>
    private const int Page = 1024;

    /// <summary>Seconds beyond the longest lifetime: clocks of nodes differ, and volatile windows follow the last row.</summary>
    private const long Margin = 3_600;

    private const string End = "limiter."; // behind every "limiter-"

    private long _expected;

    /// <summary>Runs; 0 when the journal cannot be listed now.</summary>
    public async Task<int> TryRunAsync(CancellationToken stop)
    {
        try
        {
            return await RunAsync(stop);
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalCorruptException or OperationCanceledException)
        {
            return 0; // entities are read one by one until the next sweep
        }
    }

    /// <summary>Runs; how many entities are out of the journal.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (!context.Journal.KeepsEvents) return 0;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var deleted = 0;
        while (true)
        {
            var filter = context.Known.Begin(_expected);
            var (listed, forgotten) = await WalkAsync(filter, now, stop);
            deleted += forgotten;
            var isLargeEnough = listed <= filter.Capacity;
            _expected = (listed - forgotten) * 2;
            if (!isLargeEnough) continue; // the first time, nobody knows how many there are
            context.Known.Complete(filter);
            return deleted;
        }
    }

    private async Task<(long Listed, int Forgotten)> WalkAsync(KnownEntities.Filter filter, long now, CancellationToken stop)
    {
        var before = (now - EntityState.LongestLifetimeSeconds - Margin) * 1000;
        var (after, listed, forgotten) = (LimiterManifests.PersistencePrefix, 0L, 0);
        while (await context.Journal.EntitiesAsync(after, End, Page, stop) is { Count: > 0 } page)
        {
            var expired = new List<StoredEntity>();
            foreach (var position in page)
            {
                if (!LimiterManifests.TryParse(position.PersistenceId, out var kind, out var key)) continue;
                if (!context.IsHosted(ShardOf(key))) continue;
                listed++;
                filter.Add(key);
                if (position.CreatedMs < before) expired.Add(new(kind, key, position));
            }
            after = page[^1].PersistenceId;
            forgotten += await ForgetAsync(expired, now);
        }
        return (listed, forgotten);
    }

    private async Task<int> ForgetAsync(List<StoredEntity> expired, long now)
    {
        var deleted = 0;
        foreach (var group in expired.GroupBy(e => ShardOf(e.Key)).OrderBy(g => g.Key))
        {
            var forget = new ForgetEntities(group.Key, now, [.. group]);
            context.Send(forget);
            deleted += await forget.Done.Task;
        }
        return deleted;
    }

    private int ShardOf(LimiterKey key) => LimiterRegion.ShardOf(key, context.Options.Shards);
}
