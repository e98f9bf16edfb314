using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Node;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>Measurements, run on demand: they print and assert only that every question got an answer from the state.</summary>
public sealed class LimiterSpeedSpecs(ITestOutputHelper output)
{
    private const int Accounts = 100_000;

    [Fact(Explicit = true)]
    public async Task Decisions_per_second_in_memory_mixed()
    {
        await using var region = Region(new InMemoryJournal(keepEvents: false));
        await MeasureAsync(region, "in memory, mixed", 1_000_000, 512, i => (i % 3) switch
        {
            0 => LimitCommand.Check,
            1 => LimitCommand.Failure,
            _ => LimitCommand.Access,
        });
    }

    [Fact(Explicit = true)]
    public async Task Durable_failures_per_second_on_disk()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteStore.OpenAsync(new StoreOptions { Folder = folder.Path, Shards = 4 });
        await using var region = Region(store.Journal);
        await MeasureAsync(region, "SQLite, first failures", Accounts, 4096, _ => LimitCommand.Failure);
        await MeasureAsync(region, "SQLite, second failures", Accounts, 4096, _ => LimitCommand.Failure);
    }

    private async Task MeasureAsync(LimiterRegion region, string name, int count, int callers, Func<int, LimitCommand> command)
    {
        var harness = new RegionHarness();
        var requests = new LimitRequest[Accounts];
        for (var i = 0; i < Accounts; i++)
        {
            var account = string.Create(CultureInfo.InvariantCulture, $"account-{i}");
            var address = string.Create(CultureInfo.InvariantCulture, $"10.{i >> 16}.{i >> 8 & 255}.{i & 255}");
            requests[i] = command(i) == LimitCommand.Access
                ? harness.Request(LimitCommand.Access, null, account, address, "api_heavy")
                : harness.Request(command(i), account, account, address);
        }
        var (next, wrong) = (-1, 0);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
                if ((await region.DecideAsync(requests[i % Accounts])).Mode != LimitMode.Normal) Interlocked.Increment(ref wrong);
        })));
        var rate = count / clock.Elapsed.TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rate:N0}/s, {wrong} not normal"));
        Assert.Equal(0, wrong);
    }

    private static LimiterRegion Region<T>(T journal) where T : IJournal, ISnapshotStore => new(
        journal, journal, LimiterSecrets.Create("test-key", "test-fp"), new() { Deadline = TimeSpan.FromSeconds(30) },
        EngineScheduler.Default, TimeProvider.System);
}
