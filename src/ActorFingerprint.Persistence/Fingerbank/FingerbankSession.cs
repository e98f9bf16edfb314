using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>The statements on one connection to <c>fingerbank.db</c>. One thread at a time.</summary>
internal sealed class FingerbankSession : IDisposable
{
    private readonly SqliteConnection _connection;

    public FingerbankSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Every row with its hits and whether its checksum is right.</summary>
    public List<(FingerbankRow Row, long Hits, long? LastHitAt, bool IsSound)> ReadAll()
    {
        using var read = Prepared("""
            SELECT mac, fingerprint_json, dhcp_fingerprint, user_agents, signal_hash, fetched_at, expires_at, hit_count, last_hit_at, crc32c
            FROM fingerbank_cache
            """);
        var rows = new List<(FingerbankRow, long, long?, bool)>();
        while (read.Step())
        {
            var row = new FingerbankRow(
                read.Text(0), read.Text(1), read.TextOrNull(2), read.TextOrNull(3), read.Text(4), read.Int64(5), read.Int64(6));
            rows.Add((row, read.Int64(7), read.Int64OrNull(8), row.Checksum() == read.Int64(9)));
        }
        return rows;
    }

    /// <summary>Keeps rows, each in place of what was there for its device.</summary>
    public int Put(IEnumerable<FingerbankRow> rows) => _connection.InTransaction(() =>
    {
        using var clear = Prepared("DELETE FROM fingerbank_cache WHERE mac = ?1 AND mac <> ''");
        using var write = Prepared("""
            INSERT OR REPLACE INTO fingerbank_cache(
                mac, fingerprint_json, dhcp_fingerprint, user_agents, signal_hash, fetched_at, expires_at, crc32c)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """);
        var count = 0;
        foreach (var row in rows)
        {
            clear.Bind(1, row.Mac).Run();
            write.Bind(1, row.Mac).Bind(2, row.Json).Bind(3, row.DhcpFingerprint).Bind(4, row.UserAgents).Bind(5, row.SignalHash)
                .Bind(6, row.FetchedAt).Bind(7, row.ExpiresAt).Bind(8, (long)row.Checksum()).Run();
            count++;
        }
        return count;
    });

    /// <summary>Removes rows.</summary>
    public int Delete(IEnumerable<(string Mac, string SignalHash)> keys) => _connection.InTransaction(() =>
    {
        using var delete = Prepared("DELETE FROM fingerbank_cache WHERE mac = ?1 AND signal_hash = ?2");
        return keys.Sum(key => delete.Bind(1, key.Mac).Bind(2, key.SignalHash).Run());
    });

    /// <summary>Removes everything about a device, and its bytes from the write-ahead log.</summary>
    public bool Forget(string mac)
    {
        using (var delete = Prepared("DELETE FROM fingerbank_cache WHERE mac = ?1"))
            if (delete.Bind(1, mac).Run() == 0) return false;
        _connection.TryEmptyLog();
        return true;
    }

    /// <summary>Removes all rows and statistics; requests made stay counted.</summary>
    public int Clear()
    {
        var removed = _connection.InTransaction(() =>
        {
            using var rows = Prepared("DELETE FROM fingerbank_cache");
            using var statistics = Prepared("DELETE FROM fingerbank_statistics");
            statistics.Run();
            return rows.Run();
        });
        _connection.TryEmptyLog();
        return removed;
    }

    /// <summary>Writes hits and statistics.</summary>
    public int Save(
        IReadOnlyList<(string Mac, string SignalHash, long Hits, long LastHitAt)> hits, IReadOnlyList<(string Name, long Value)> statistics) =>
        _connection.InTransaction(() =>
        {
            using var hit = Prepared("UPDATE fingerbank_cache SET hit_count = ?3, last_hit_at = ?4 WHERE mac = ?1 AND signal_hash = ?2");
            foreach (var (mac, hash, count, at) in hits) hit.Bind(1, mac).Bind(2, hash).Bind(3, count).Bind(4, at).Run();
            using var write = Prepared("INSERT OR REPLACE INTO fingerbank_statistics(name, value) VALUES (?1, ?2)");
            foreach (var (name, value) in statistics) write.Bind(1, name).Bind(2, value).Run();
            return hits.Count;
        });

    /// <summary>The statistics by name.</summary>
    public Dictionary<string, long> ReadStatistics()
    {
        using var read = Prepared("SELECT name, value FROM fingerbank_statistics");
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        while (read.Step()) values[read.Text(0)] = read.Int64(1);
        return values;
    }

    /// <summary>Requests made, as far as the limits look back from <paramref name="atTicks"/>.</summary>
    public RequestQuota ReadQuota(long atTicks)
    {
        using var read = Prepared("SELECT window, bucket, requests FROM fingerbank_quota");
        var counts = new List<(string Window, long Bucket, int Requests)>();
        while (read.Step()) counts.Add((read.Text(0), read.Int64(1), (int)Math.Clamp(read.Int64(2), 0, int.MaxValue)));
        return new RequestQuota(Window(QuotaWindow.Hour), Window(QuotaWindow.Day), Window(QuotaWindow.Month));

        QuotaWindow Window(QuotaWindow empty) => empty.With(
            counts.Where(c => c.Window == empty.Name).Select(c => KeyValuePair.Create(c.Bucket, c.Requests)), atTicks);
    }

    /// <summary>Keeps requests made.</summary>
    public int Save(RequestQuota quota) => _connection.InTransaction(() =>
    {
        using var clear = Prepared("DELETE FROM fingerbank_quota");
        clear.Run();
        using var write = Prepared("INSERT INTO fingerbank_quota(window, bucket, requests) VALUES (?1, ?2, ?3)");
        foreach (var window in quota.Windows)
            foreach (var (bucket, requests) in window.Counts) write.Bind(1, window.Name).Bind(2, bucket).Bind(3, requests).Run();
        return 1;
    });

    public void Dispose() => _connection.Dispose();

    private Statement Prepared(string sql) => new(_connection, sql);
}
