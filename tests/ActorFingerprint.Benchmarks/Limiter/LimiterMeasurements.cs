using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Benchmarks.Limiter;

/// <summary>Measures a limiter region in this process; each prints one line.</summary>
internal static class LimiterMeasurements
{
    /// <summary>Decisions per second, as many as two threads can ask for.</summary>
    public static async Task MixAsync(int millions)
    {
        var time = new HastyTime();
        await using var region = LimiterLoad.Region(new InMemoryJournal(keepEvents: false), time);
        var requests = new LimiterLoad().Mix();
        await AskAsync(region, requests, LimiterLoad.Accounts * 3, callers: 2, time); // every entity is there, everything compiled
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var collections = GC.CollectionCount(0);
        var cpu = Environment.CpuUsage.TotalTime;
        var (rate, wrong) = await AskAsync(region, requests, millions * 1_000_000, callers: 2, time);
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (millions * 1_000_000.0);
        var each = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (millions * 1_000_000.0);
        Print($"mix: {rate:N0} decisions/s, {each:N1} µs of CPU and {allocated:N0} B allocated each, {GC.CollectionCount(0) - collections} collections, {wrong} not normal");
    }

    /// <summary>Time from the moment a question is due to its answer, at a steady rate; whoever is late asks at once and pays for it.</summary>
    public static async Task PacedAsync(int rate, int seconds)
    {
        var time = new HastyTime();
        await using var region = LimiterLoad.Region(new InMemoryJournal(keepEvents: false), time);
        var requests = new LimiterLoad().Mix();
        await AskAsync(region, requests, LimiterLoad.Accounts * 3, callers: 2, time);
        await PacedAsync(region, requests, rate, 2, time); // warm
        var latencies = await PacedAsync(region, requests, rate, seconds, time);
        Array.Sort(latencies);
        double At(double share) => latencies[Math.Min(latencies.Length - 1, (int)(latencies.Length * share))] / 1000.0;
        Print($"paced {rate:N0}/s: p50 {At(0.5):N1} µs, p90 {At(0.9):N1}, p99 {At(0.99):N1}, p99.9 {At(0.999):N0}, greatest {At(1):N0}");
    }

    /// <summary>Failures per second, each answered when it is on disk.</summary>
    public static async Task DurableAsync(string? folder)
    {
        var path = Directory.CreateTempSubdirectory("limiter-bench-").FullName;
        if (folder is not null) path = Directory.CreateDirectory(Path.Combine(folder, Path.GetFileName(path))).FullName;
        try
        {
            await using var store = await SqliteStore.OpenAsync(new StoreOptions { Folder = path, Shards = 4 });
            await using var region = LimiterLoad.Region(store.Journal);
            var requests = new LimiterLoad().Failures();
            for (var round = 1; round <= 3; round++)
            {
                var (rate, wrong) = await AskAsync(region, requests, LimiterLoad.Accounts, callers: 4096);
                Print($"durable, failure {round} of each account: {rate:N0} failures/s, {wrong} not normal");
            }
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Bytes of live heap per active key K1–K5 after the mix, everything included.</summary>
    public static async Task MemoryAsync()
    {
        var requests = new LimiterLoad().Mix();
        var journal = new InMemoryJournal(keepEvents: false);
        await using var region = LimiterLoad.Region(journal);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await AskAsync(region, requests, LimiterLoad.Accounts, callers: 2);
        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        await region.CountKeysAsync();
        var keys = region.Metrics.Keys;
        Print($"memory: {used / 1048576.0:N1} MB, {region.EntityCount:N0} entities, {keys.Total:N0} keys: {(double)used / keys.Total:N0} B per key");
        GC.KeepAlive(requests);
    }

    /// <summary>Ten million devices that nobody has seen before, from 1,000 addresses at 1,000 accounts.</summary>
    public static async Task FingerprintsAsync(int millions)
    {
        await using var region = LimiterLoad.Region(new InMemoryJournal(keepEvents: false));
        var load = new LimiterLoad();
        for (var million = 1; million <= millions; million++)
        {
            var clock = Stopwatch.StartNew();
            var from = (million - 1) * 1_000_000L;
            await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(async () =>
            {
                for (var i = half; i < 1_000_000; i += 2)
                    await region.DecideAsync(load.Request((LimitCommand)(i % 2), i % 1000, from + i, i / 7 % 1000));
            })));
            var heap = GC.GetTotalMemory(forceFullCollection: true) / 1048576.0;
            if (million is 1 or 2 or 5 || million == millions)
                Print($"fingerprints: {million} M, heap {heap:N1} MB, {region.EntityCount:N0} entities, {1_000_000 / clock.Elapsed.TotalSeconds:N0}/s");
        }
    }

    private static async Task<(double Rate, int Wrong)> AskAsync(
        LimiterRegion region, LimitRequest[] requests, int count, int callers, HastyTime? time = null)
    {
        var (next, wrong) = (-1, 0);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                if (i % requests.Length == 0) time?.Advance(3_600);
                if ((await region.DecideAsync(requests[i % requests.Length])).Mode != LimitMode.Normal) Interlocked.Increment(ref wrong);
            }
        })));
        return (count / clock.Elapsed.TotalSeconds, wrong);
    }

    private static async Task<long[]> PacedAsync(LimiterRegion region, LimitRequest[] requests, int rate, int seconds, HastyTime time)
    {
        var latencies = new long[rate * seconds]; // ns
        var interval = (double)Stopwatch.Frequency / rate;
        var answered = new TaskCompletionSource();
        var open = latencies.Length;
        var pacer = new Thread(() =>
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < latencies.Length; i++)
            {
                var due = start + (long)(i * interval);
                while (Stopwatch.GetTimestamp() < due) Thread.SpinWait(4);
                if (i % requests.Length == 0) time.Advance(3_600);
                var n = i;
                var answer = region.DecideAsync(requests[i % requests.Length]);
                if (answer.IsCompleted) Note(n, due);
                else _ = answer.ContinueWith(_ => Note(n, due), TaskContinuationOptions.ExecuteSynchronously);
            }
        });
        pacer.Start();
        await answered.Task;
        return latencies;

        void Note(int n, long due)
        {
            latencies[n] = (long)((Stopwatch.GetTimestamp() - due) * (1e9 / Stopwatch.Frequency));
            if (Interlocked.Decrement(ref open) == 0) answered.SetResult();
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
