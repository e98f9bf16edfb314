using System.Collections.Concurrent;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>
/// Answers of the Fingerbank API in <c>fingerbank.db</c>, held in memory while it is open. The monthly limit of requests bounds how many there
/// can be. A row with a wrong checksum is dropped and counted. One process at a time.
/// </summary>
public sealed class FingerbankCache : IApiCache, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(MacAddress Mac, string Hash), Entry> _entries = [];
    private readonly DatabaseWorkers<FingerbankSession> _workers;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private long _hits, _misses, _stored, _expired, _corrupt, _lastSync;

    private FingerbankCache(DatabaseWorkers<FingerbankSession> workers, TimeSpan lifetime, TimeProvider time) =>
        (_workers, _lifetime, _time) = (workers, lifetime, time);

    /// <summary>How it was used.</summary>
    public FingerbankStatistics Statistics
    {
        get
        {
            var now = Now();
            var live = _entries.Where(e => e.Value.ExpiresAt > now).ToArray();
            return new FingerbankStatistics(
                live.Count(e => e.Key.Mac.IsUnicast), live.Count(e => e.Value.Device is null), live.Count(e => !e.Key.Mac.IsUnicast),
                Read(ref _hits), Read(ref _misses), Read(ref _stored), Read(ref _expired), Read(ref _corrupt), LastSyncTicks)
            {
                OldestFetchTicks = live.Where(e => e.Value.FetchedAt > 0).Select(e => Ticks(e.Value.FetchedAt)).DefaultIfEmpty().Min(),
            };
        }
    }

    /// <summary>When all devices were gone through last, UTC ticks; 0 for never.</summary>
    public long LastSyncTicks => Read(ref _lastSync) is var at and > 0 ? Ticks(at) : 0;

    /// <summary>When the first answer expires, UTC ticks; <see cref="long.MaxValue"/> when none will.</summary>
    public long EarliestExpiryTicks
    {
        get
        {
            var first = FingerbankRow.Never;
            foreach (var (_, entry) in _entries) first = Math.Min(first, entry.ExpiresAt);
            return Ticks(first);
        }
    }

    /// <summary>
    /// Opens or makes the file (mode 0600), reads all of it, adds the seed. Throws <see cref="StoreException"/> and the journal's errors.
    /// </summary>
    public static async Task<FingerbankCache> OpenAsync(StoreFolder folder, TimeSpan lifetime, TimeProvider time)
    {
        folder.Create();
        var cache = new FingerbankCache(new("fingerbank", folder.Fingerbank, [Open(folder.Fingerbank)]), lifetime, time);
        try
        {
            await cache.LoadAsync();
            return cache;
        }
        catch
        {
            await cache._workers.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public CachedAnswer? Find(MacAddress mac, string signalHash)
    {
        var key = KeyOf(mac, signalHash);
        if (!_entries.TryGetValue(key, out var entry) || entry.ExpiresAt <= Now())
        {
            Interlocked.Increment(ref _misses);
            return null;
        }
        Interlocked.Increment(ref _hits);
        entry.Hit(Now());
        return entry.ToAnswer(signalHash);
    }

    /// <inheritdoc />
    public CachedAnswer? FindCommon(string dhcpFingerprint) =>
        FingerbankSeed.QuestionOf(dhcpFingerprint) is { } question ? Find(MacAddress.None, question.SignalHash) : null;

    /// <summary>What is known about a question, without counting a hit: for the plan of what to ask.</summary>
    public CachedAnswer? Peek(ApiQuestion question) =>
        _entries.TryGetValue(KeyOf(question.Mac, question.SignalHash), out var entry) && entry.ExpiresAt > Now()
            ? entry.ToAnswer(question.SignalHash) : null;

    /// <summary>Keeps an answer; a null device says that the API knows nothing. Durable on return.</summary>
    public async Task PutAsync(ApiQuestion question, ApiDevice? device, CancellationToken stop)
    {
        var row = FingerbankRow.Of(question, device, Now(), Now() + (long)_lifetime.TotalMilliseconds);
        await _workers.RunAsync(session => session.Put([row]), stop);
        Hold(row, 0, null);
        Interlocked.Increment(ref _stored);
    }

    /// <summary>Removes what has expired, puts the seed back where it was replaced, and writes hits and statistics.</summary>
    public async Task<int> MaintainAsync(CancellationToken stop)
    {
        var now = Now();
        var old = _entries.Where(e => e.Value.ExpiresAt <= now).ToArray();
        if (old.Length > 0)
        {
            await _workers.RunAsync(session => session.Delete(old.Select(e => (e.Value.Mac, e.Value.SignalHash))), stop);
            foreach (var entry in old) _entries.TryRemove(entry);
            Interlocked.Add(ref _expired, old.Length);
        }
        await SeedAsync(stop);
        await SaveAsync(stop);
        return old.Length;
    }

    /// <summary>Removes what was kept about a device, also from the file's bytes. False when there is nothing.</summary>
    public async Task<bool> ForgetAsync(MacAddress mac, CancellationToken stop)
    {
        _entries.TryRemove(KeyOf(mac, ""), out _);
        return await _workers.RunAsync(session => session.Forget(mac.ToString()), stop);
    }

    /// <summary>Removes every answer and the statistics, and puts the seed back. What was asked still counts against the limits.</summary>
    public async Task<int> ClearAsync(CancellationToken stop)
    {
        var removed = await _workers.RunAsync(session => session.Clear(), stop);
        _entries.Clear();
        _hits = _misses = _stored = _expired = _corrupt = _lastSync = 0;
        await SeedAsync(stop);
        return removed;
    }

    /// <summary>Requests made, as kept.</summary>
    public Task<RequestQuota> ReadQuotaAsync(CancellationToken stop) =>
        _workers.RunAsync(session => session.ReadQuota(_time.GetUtcNow().UtcTicks), stop);

    /// <summary>Keeps requests made; durable on return.</summary>
    public Task SaveQuotaAsync(RequestQuota quota, CancellationToken stop) => _workers.RunAsync(session => session.Save(quota), stop);

    /// <summary>Keeps when all devices were gone through.</summary>
    public Task SaveLastSyncAsync(long atTicks, CancellationToken stop)
    {
        Interlocked.Exchange(ref _lastSync, Milliseconds(atTicks));
        return SaveAsync(stop);
    }

    /// <summary>Writes hits and statistics, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await SaveAsync(CancellationToken.None);
        }
        finally
        {
            await _workers.DisposeAsync();
        }
    }

    private static FingerbankSession Open(string file)
    {
        try
        {
            var connection = SqliteFile.OpenForWriting(file, Durability.Full);
            try
            {
                FingerbankSchema.Prepare(connection, file);
                return new FingerbankSession(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (SqliteException error) when (error.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw new StoreException($"{file}: not a sound SQLite database ({error.Message}); delete it, its answers are asked for again", error);
        }
        catch (SqliteException error)
        {
            throw SqliteFaults.Explain(file, error) ?? error;
        }
    }

    private async Task LoadAsync()
    {
        var statistics = await _workers.RunAsync(session => session.ReadStatistics(), CancellationToken.None);
        (_hits, _misses, _stored) = (Of("hits"), Of("misses"), Of("stored"));
        (_expired, _corrupt, _lastSync) = (Of("expired"), Of("corrupt"), Of("last_sync_at"));
        var damaged = new List<(string, string)>();
        foreach (var (row, hits, lastHit, isSound) in await _workers.RunAsync(session => session.ReadAll(), CancellationToken.None))
            if (!isSound || !Hold(row, hits, lastHit)) damaged.Add((row.Mac, row.SignalHash));
        if (damaged.Count > 0) await _workers.RunAsync(session => session.Delete(damaged), CancellationToken.None);
        _corrupt += damaged.Count;
        await MaintainAsync(CancellationToken.None);

        long Of(string name) => statistics.GetValueOrDefault(name);
    }

    private async Task SeedAsync(CancellationToken stop)
    {
        var missing = FingerbankSeed.Entries
            .Where(entry => !_entries.ContainsKey(KeyOf(MacAddress.None, entry.Question.SignalHash)))
            .Select(entry => FingerbankRow.Of(entry.Question, entry.Device, 0, FingerbankRow.Never)).ToArray();
        if (missing.Length == 0) return;
        await _workers.RunAsync(session => session.Put(missing), stop);
        foreach (var row in missing) Hold(row, 0, null);
    }

    private async Task SaveAsync(CancellationToken stop)
    {
        var hits = _entries.Values.Select(entry => entry.TakeUnsaved()).OfType<(string, string, long, long)>().ToArray();
        await _workers.RunAsync(session => session.Save(hits,
        [
            ("hits", Read(ref _hits)), ("misses", Read(ref _misses)), ("stored", Read(ref _stored)), ("expired", Read(ref _expired)),
            ("corrupt", Read(ref _corrupt)), ("last_sync_at", Read(ref _lastSync)),
        ]), stop);
    }

    private bool Hold(FingerbankRow row, long hits, long? lastHit)
    {
        if (!row.TryRead(out var mac, out var device)) return false;
        _entries[KeyOf(mac, row.SignalHash)] = new Entry(row, device, hits, lastHit);
        return true;
    }

    /// <summary>A device has one answer, its newest; what belongs to no device has one for each set of signals.</summary>
    private static (MacAddress, string) KeyOf(MacAddress mac, string signalHash) => mac.IsUnicast ? (mac, "") : (MacAddress.None, signalHash);

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Read(ref long value) => Interlocked.Read(ref value);

    private static long Milliseconds(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private static long Ticks(long milliseconds) =>
        milliseconds == FingerbankRow.Never ? long.MaxValue : DateTime.UnixEpoch.Ticks + milliseconds * TimeSpan.TicksPerMillisecond;

    /// <summary>A row in memory.</summary>
    private sealed class Entry(FingerbankRow row, ApiDevice? device, long hits, long? lastHit)
    {
        private long _hits = hits;
        private long _lastHit = lastHit ?? 0;
        private int _unsaved;

        public string Mac => row.Mac;

        public string SignalHash => row.SignalHash;

        public long FetchedAt => row.FetchedAt;

        public long ExpiresAt => row.ExpiresAt;

        public ApiDevice? Device => device;

        public CachedAnswer ToAnswer(string signalHash) =>
            new(device, FetchedAt == 0 ? 0 : Ticks(FetchedAt), Ticks(ExpiresAt), SignalHash == signalHash);

        public void Hit(long now)
        {
            Interlocked.Increment(ref _hits);
            Interlocked.Exchange(ref _lastHit, now);
            Volatile.Write(ref _unsaved, 1);
        }

        public (string, string, long, long)? TakeUnsaved() => Interlocked.Exchange(ref _unsaved, 0) == 0
            ? null : (Mac, SignalHash, Interlocked.Read(ref _hits), Interlocked.Read(ref _lastHit));
    }
}
