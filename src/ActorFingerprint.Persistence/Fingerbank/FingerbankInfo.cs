using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>Requests made in the last hour, day and 31 days.</summary>
public sealed record FingerbankRequests(int Hour, int Day, int Month);

/// <summary>A cache as it lies on disk, also beside the node that has it open (whose last minute of hits is not in it).</summary>
public sealed record FingerbankInfo(string File, FingerbankStatistics Statistics, DateTime? LastSync, FingerbankRequests Requests)
{
    /// <summary>Reads it. Throws <see cref="StoreException"/> when there is none, and the journal's errors.</summary>
    public static FingerbankInfo Read(StoreFolder folder, TimeProvider time)
    {
        ThrowUnlessThere(folder);
        try
        {
            using var session = new FingerbankSession(SqliteFile.OpenForReading(folder.Fingerbank));
            var at = time.GetUtcNow();
            var rows = session.ReadAll().Where(r => r.IsSound && r.Row.ExpiresAt > at.ToUnixTimeMilliseconds()).Select(r => r.Row).ToArray();
            var counted = session.ReadStatistics();
            var lastSync = Of("last_sync_at") is var ms and > 0 ? DateTime.UnixEpoch.AddMilliseconds(ms) : (DateTime?)null;
            var quota = session.ReadQuota(at.UtcTicks);
            return new FingerbankInfo(
                folder.Fingerbank,
                new FingerbankStatistics(
                    rows.Count(r => r.Mac.Length > 0), rows.Count(r => r.Json == "null"), rows.Count(r => r.Mac.Length == 0),
                    Of("hits"), Of("misses"), Of("stored"), Of("expired"), Of("corrupt"), lastSync?.Ticks ?? 0),
                lastSync,
                new FingerbankRequests(quota.Hour.Used(at.UtcTicks), quota.Day.Used(at.UtcTicks), quota.Month.Used(at.UtcTicks)));

            long Of(string name) => counted.GetValueOrDefault(name);
        }
        catch (SqliteException error)
        {
            throw SqliteFaults.Explain(folder.Fingerbank, error) ?? error;
        }
    }

    /// <summary>Throws <see cref="StoreException"/> when the folder has no cache.</summary>
    public static void ThrowUnlessThere(StoreFolder folder)
    {
        if (!System.IO.File.Exists(folder.Fingerbank))
            throw new StoreException(
                $"{folder.Fingerbank}: no cache here; a node makes it when fingerbank.enabled is true, or name its folder with --folder");
    }
}
