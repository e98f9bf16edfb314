using System.Threading.Channels;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What a sweep did.</summary>
/// <param name="Forgot">Devices that forgot something.</param>
/// <param name="Skipped">Devices that could not be asked; the next sweep asks them again.</param>
/// <param name="Problem">Why the first of them could not; null when all could.</param>
internal readonly record struct SweepResult(int Forgot, int Skipped, string? Problem);

/// <summary>Asks every device with a fingerprint past its time to forget it; the actors decide and overwrite.</summary>
internal static class RetentionSweep
{
    /// <summary>Devices listed at once.</summary>
    private const int Page = 1000;

    /// <summary>
    /// Forgets fingerprints not seen for <paramref name="age"/>. A device that cannot be asked is passed over, and so are the others of its shard: each
    /// would take until the deadline of an ask.
    /// </summary>
    public static async Task<SweepResult> RunAsync(
        DeviceEngine engine, IDeviceReadModel devices, DateTimeOffset now, TimeSpan age, CancellationToken stop)
    {
        var before = now.UtcTicks - age.Ticks;
        var away = new HashSet<int>();
        var result = default(SweepResult);
        for (var offset = 0; ; offset += Page)
        {
            var (rows, _) = await devices.ListAsync(new DeviceQuery { Offset = offset, Limit = Page }, stop);
            foreach (var row in rows.Where(row => row.FirstSeenTicks < before))
            {
                if (!DeviceKey.TryParse(row.Key, out var key)) continue;
                var shard = ShardId.Of(key, engine.Shards.Count);
                if (away.Contains(shard))
                {
                    result = result with { Skipped = result.Skipped + 1 };
                    continue;
                }
                try
                {
                    var reply = await engine.AskAsync(key, new DeviceCommand.ApplyRetention(now.UtcTicks, before, DeviceCounters.Empty), stop);
                    if (reply.Events.Count > 0) result = result with { Forgot = result.Forgot + 1 };
                }
                catch (Exception error) when (IsAway(error))
                {
                    away.Add(shard);
                    result = result with { Skipped = result.Skipped + 1, Problem = result.Problem ?? error.Message };
                }
            }
            if (rows.Count < Page) return result;
        }
    }

    private static bool IsAway(Exception error) =>
        error is ShardUnreachableException or ShardMovedException or ChannelClosedException or JournalUnavailableException
            or JournalCorruptException or JournalConflictException;
}
