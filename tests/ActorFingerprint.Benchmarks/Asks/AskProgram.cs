using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Benchmarks.Asks;

/// <summary>
/// The measurements of <c>tools/bench-asks</c>, in two processes: <c>asks serve</c> owns all shards of a limiter and writes its address;
/// <c>asks load ADDRESS</c> asks it, bare echoes first, then whole decisions of a region that owns none.
/// </summary>
internal static class AskProgram
{
    private const int Shards = 64;

    private static readonly AskOptions Options = new() { Secret = new byte[32], Deadline = TimeSpan.FromSeconds(10) };

    /// <summary>Runs one; 64 for words it does not know.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        switch (words)
        {
            case ["serve"]: await ServeAsync(); return 0;
            case ["load", var address, .. var rest]: await LoadAsync(new Uri(address), Number(rest, 0, 5), Number(rest, 1, 64)); return 0;
            default: return 64;
        }
    }

    private static async Task ServeAsync()
    {
        using var metrics = new AskMetrics();
        await using var client = new ShardAskClient(new ShardDirectory(), Options, metrics, TimeProvider.System);
        var journal = new InMemoryJournal(keepEvents: true);
        await using var region = RegionOf(journal, client);
        for (var shard = 0; shard < Shards; shard++) await region.StartShardAsync(shard, CancellationToken.None);
        var handlers = new Dictionary<string, IShardAskHandler> { [region.Region] = region, ["echo"] = new Echo() };
        await using var listener = await ShardAskListener.StartAsync(
            handlers, (name, shard) => name == "echo" ? 1 : region.EpochOf(shard), new IPEndPoint(IPAddress.Loopback, 0), Options, metrics,
            TimeProvider.System, CancellationToken.None);
        Console.WriteLine(listener.Address);
        await Console.In.ReadLineAsync();
    }

    private static async Task LoadAsync(Uri address, int seconds, int callers)
    {
        using var metrics = new AskMetrics();
        var directory = new ShardDirectory();
        for (var shard = 0; shard < Shards; shard++)
        {
            directory.Announce("echo", shard, new(address, 1));
            directory.Announce(LimiterManifests.Region, shard, new(address, 1));
        }
        await using var client = new ShardAskClient(directory, Options, metrics, TimeProvider.System);
        var request = new byte[300];
        await MeasureAsync("ask", seconds, callers, i => client.AskAsync("echo", i % Shards, "echo", request, CancellationToken.None));
        await MeasureAsync("ask, one caller", seconds, 1, i => client.AskAsync("echo", i % Shards, "echo", request, CancellationToken.None));
        await using var region = RegionOf(new InMemoryJournal(keepEvents: true), client);
        var checks = Enumerable.Range(0, 4096).Select(i => RequestOf(LimitCommand.Check, i)).ToArray();
        var failures = Enumerable.Range(0, 4096).Select(i => RequestOf(LimitCommand.Failure, i)).ToArray();
        await MeasureAsync("check", seconds, callers, i => region.DecideAsync(checks[i % checks.Length]));
        await MeasureAsync("failure", seconds, callers, i => region.DecideAsync(failures[i % failures.Length]));
        await MeasureAsync("check, one caller", seconds, 1, i => region.DecideAsync(checks[i % checks.Length]));
    }

    private static async Task MeasureAsync(string what, int seconds, int callers, Func<int, Task> ask)
    {
        for (var i = 0; i < 2_000; i++) await ask(i);
        var took = new List<long>[callers];
        var until = Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = took[caller] = [];
            for (var i = caller; ; i += callers)
            {
                var before = Stopwatch.GetTimestamp();
                if (before > until) return;
                await ask(i);
                own.Add(Stopwatch.GetTimestamp() - before);
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = took.SelectMany(t => t).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {all.Length / elapsed:F0}/s, p50 {Ms(all, 50):F2} ms, p99 {Ms(all, 99):F2} ms"));
    }

    private static double Ms(long[] sorted, int percent) => sorted[(sorted.Length - 1) * percent / 100] * 1000.0 / Stopwatch.Frequency;

    private static LimiterRegion RegionOf(InMemoryJournal journal, ShardAskClient client) => new(
        journal, journal, LimiterSecrets.Create("bench-key", "bench-fp"), new() { Shards = Shards }, EngineScheduler.Default, TimeProvider.System,
        new LimiterCluster(client, Guid.NewGuid()) { Lease = TimeSpan.FromDays(1) });

    private static LimitRequest RequestOf(LimitCommand command, int i)
    {
        if (!AddressScope.TryParse($"198.51.{i / 250 % 250}.{i % 250}", out var address)) throw new InvalidOperationException("no address");
        return new LimitRequest
        {
            Command = command,
            Policy = "login",
            Address = address,
            AccountId = $"account-{i}",
            AtTicks = 0,
            Device = new DeviceIdentityResolver(LimiterSecrets.Create("bench-key", "bench-fp"))
                .Resolve(new DeviceSignals { SessionDeviceId = $"device-{i}" }) with
            { UserAgent = "chrome/123", PreviouslyVerified = true },
        };
    }

    private static int Number(string[] words, int at, int usual) => at < words.Length ? int.Parse(words[at], CultureInfo.InvariantCulture) : usual;

    /// <summary>Gives back what it gets.</summary>
    private sealed class Echo : IShardAskHandler
    {
        public Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop) =>
            Task.FromResult(request);
    }
}
