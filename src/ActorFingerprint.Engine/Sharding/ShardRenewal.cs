using System.Globalization;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Has the owner of shards look, once in a while, whether it still is: reads the stored epochs and renews the leases of its regions with them
/// (design §5). While the journal cannot be read, leases run out. It looks also while the node owns none: it shall not take one then, and
/// answers nothing from a store that is away.
/// </summary>
/// <param name="hosts">The regions of this node; none of one that hosts no shards.</param>
/// <param name="journal">The journal that all nodes share.</param>
/// <param name="time">Clock.</param>
public sealed class ShardRenewal(IReadOnlyList<IShardHost> hosts, IJournal journal, TimeProvider time)
{
    /// <summary>Time between two looks: three of them may fail before a lease runs out.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.75);

    /// <summary>A look that takes longer is a problem: about then leases run out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private string? _refusal;
    private long _waiting;

    /// <summary>
    /// Why shards may not answer, in one line; null while their epochs can be read. A look that has no answer yet counts after a lease's time.
    /// </summary>
    public string? Problem => Volatile.Read(ref _refusal) ?? (Interlocked.Read(ref _waiting) is var since and not 0
        && time.GetElapsedTime(since) is var waited && waited > Patience
            ? string.Create(CultureInfo.InvariantCulture, $"the database has not said for {waited.TotalSeconds:0} s who owns the shards; it goes on by itself")
            : null);

    /// <summary>Looks until asked to stop, which is its normal end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                foreach (var host in hosts) await LookAsync(host.Region, host.Renew, stop);
                if (hosts.Count == 0) await LookAsync(ShardRegions.Device, static (_, _) => { }, stop);
                await Task.Delay(Interval, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the node leaves
        }
    }

    private async Task LookAsync(string region, Action<IReadOnlyDictionary<int, long>, long> renew, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        Interlocked.Exchange(ref _waiting, since);
        try
        {
            renew(await journal.ReadEpochsAsync(region, stop), since);
            Volatile.Write(ref _refusal, null);
        }
        catch (JournalUnavailableException refused)
        {
            Volatile.Write(ref _refusal, refused.Message); // no news: the lease goes on from the last look
        }
        finally
        {
            Interlocked.Exchange(ref _waiting, 0);
        }
    }
}
