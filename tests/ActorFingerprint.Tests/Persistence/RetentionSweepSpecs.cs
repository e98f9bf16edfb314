using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Node.Hosting;
using Xunit;
using Maintenance = ActorFingerprint.Persistence.Maintenance;

namespace ActorFingerprint.Tests.Persistence;

public sealed class RetentionSweepSpecs : StoreSpec
{
    [Fact]
    public async Task What_was_last_seen_too_long_ago_is_forgotten_in_every_file()
    {
        await WriteAsync();
        await CatchUpAsync();
        var runs = await Store.ReadModel.RunsAsync(9, Stop);
        Assert.NotEmpty(await Place.PlacesWithAsync("old.example.org"));

        Assert.Equal(new SweepResult(2, 0, null), await SweepAsync(140));
        Assert.Empty(await Place.PlacesWithAsync("old.example.org"));
        Assert.Empty(await Place.PlacesWithAsync("t13d-old"));
        Assert.Equal("t13d-seen-again", Assert.Single(await Store.ReadModel.TlsAsync(JournalScript.Key(1).ToString(), 9, Stop)).Ja4);
        Assert.Empty(await Store.ReadModel.TlsAsync(JournalScript.Key(2).ToString(), 9, Stop));
        Assert.Equal("insufficient", (await Store.ReadModel.GetAsync(JournalScript.Key(2).ToString(), Stop))!.Status);
        Assert.Equal(runs, await Store.ReadModel.RunsAsync(9, Stop));
        Assert.Empty(await Store.VerifyAsync(Stop));

        var live = await Place.ReadSideAsync();
        await CatchUpAsync(fromZero: true);
        Assert.Equal(live, await Place.ReadSideAsync());
    }

    [Fact]
    public async Task A_second_sweep_finds_nothing_to_do()
    {
        await WriteAsync();
        await CatchUpAsync();
        Assert.Equal(new SweepResult(2, 0, null), await SweepAsync(140));
        var highest = await Store.HighestOrderingAsync(Stop);
        Assert.Equal(default, await SweepAsync(141));
        Assert.Equal(highest, await Store.HighestOrderingAsync(Stop));
    }

    [Fact]
    public async Task Devices_of_a_shard_that_is_away_are_skipped_and_the_others_forget_all_the_same()
    {
        Assert.NotEqual(ShardOf(1), ShardOf(2));
        await WriteAsync();
        await CatchUpAsync();
        var swept = await SweepAsync(140, without: ShardOf(1));
        Assert.Equal((1, "nobody answers"), (swept.Forgot, swept.Problem));
        Assert.NotEqual(0, swept.Skipped);
        Assert.NotEmpty(await Store.ReadModel.TlsAsync(JournalScript.Key(1).ToString(), 9, Stop));
        Assert.Empty(await Store.ReadModel.TlsAsync(JournalScript.Key(2).ToString(), 9, Stop));
    }

    private async Task<SweepResult> SweepAsync(int day, int without)
    {
        SweepResult swept;
        await using (var engine = new DeviceEngine(
            Store.Journal, Store.Snapshots, Store.Pseudonyms, new EngineOptions { Shards = 4 }, new StreamOptions { Lanes = 1 },
            EngineScheduler.Default, TimeProvider.System, "test", null, new EngineSharing(null, Store.Journal, new Unreachable())))
        {
            for (var shard = 0; shard < 4; shard++)
                if (shard != without) await engine.Shards.StartShardAsync(shard, Stop);
            swept = await RetentionSweep.RunAsync(engine, Store.ReadModel, At(day), TimeSpan.FromDays(90), Stop);
        }
        await CatchUpAsync();
        return swept;
    }

    private static DateTimeOffset At(int day) => new(T0 + (day * JournalScript.Day), TimeSpan.Zero);

    private sealed class Unreachable : IShardAsks
    {
        public Task<ReadOnlyMemory<byte>> AskAsync(string region, int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop) =>
            throw new ShardUnreachableException("nobody answers");
    }

    private Task<SweepResult> SweepAsync(int day) => WithEngineAsync(engine => RetentionSweep.RunAsync(
        engine, Store.ReadModel, At(day), TimeSpan.FromDays(90), Stop));

    private static int ShardOf(int n) => (int)(JournalScript.Key(n).StableHash() % 4);

    private async Task WriteAsync()
    {
        await Script.RunEvent(new RunEvent.Started(JournalScript.Run, 0, "live:eth0", 50)).CommitAsync(Stop);
        await Script.Seen(1, T0).Ja4(1, T0, 1, "t13d-old", "old.example.org").Ja4(1, T0, 2, "t13d-seen-again", "kept.example.org")
            .Count(1, 2, T0, T0, Sighted(1, T0), Sighted(2, T0)).CommitAsync(Stop, ShardOf(1));
        await Script.Seen(2, T0).Ja4(2, T0, 1, "t13d-old", "old.example.org").Count(2, 1, T0, T0, Sighted(1, T0)).CommitAsync(Stop, ShardOf(2));
        await Script.Seen(3, T0).Ja4(3, T0 + (60 * JournalScript.Day), 1, "t13d-new", "new.example.org").CommitAsync(Stop);
        await Script.RunEvent(new RunEvent.Reported(JournalScript.Run, T0, 1, 1)).CommitAsync(Stop);
        var late = T0 + (100 * JournalScript.Day);
        await Script.Count(1, 1, late, late, Sighted(2, late)).CommitAsync(Stop, ShardOf(1));
        await Script.RunEvent(new RunEvent.Ended(JournalScript.Run, late, 1, 1)).CommitAsync(Stop);
    }

    private static FingerprintCount Sighted(int number, long at) => new(FingerprintKind.Ja4, number, 1, at, at);
}
