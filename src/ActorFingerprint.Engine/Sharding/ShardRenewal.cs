using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Has the owner of shards look, once in a while, whether it still is: reads the stored epochs and renews the leases of its regions with them
/// (design §5). While the journal cannot be read, leases run out.
/// </summary>
/// <param name="hosts">The regions of this node.</param>
/// <param name="journal">The journal that all nodes share.</param>
/// <param name="time">Clock.</param>
public sealed class ShardRenewal(IReadOnlyList<IShardHost> hosts, IJournal journal, TimeProvider time)
{
    /// <summary>Time between two looks: three of them may fail before a lease runs out.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.75);

    /// <summary>Looks until asked to stop, which is its normal end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                foreach (var host in hosts) await RenewAsync(host, stop);
                await Task.Delay(Interval, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the node leaves
        }
    }

    private async Task RenewAsync(IShardHost host, CancellationToken stop)
    {
        if (host.Hosted.Count == 0) return;
        var since = time.GetTimestamp();
        try
        {
            host.Renew(await journal.ReadEpochsAsync(host.Region, stop), since);
        }
        catch (JournalUnavailableException)
        {
            // no news: the lease goes on from the last look
        }
    }
}
