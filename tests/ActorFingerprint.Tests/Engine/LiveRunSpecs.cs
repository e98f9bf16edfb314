using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A run of a source that does not wait: it reports itself every hour, and its rows come at a bounded rate.</summary>
public sealed class LiveRunSpecs
{
    [Fact]
    public async Task A_live_run_reports_itself_at_every_full_hour_of_frame_time_once_all_before_is_applied()
    {
        var journal = Run(isLossless: false);
        var runs = await RunEventsAsync(journal);
        var hours = EngineHarness.Sample.Select(f => f.AtTicks / TimeSpan.TicksPerHour).Distinct().Count() - 1;
        Assert.True(hours > 10);

        var reports = runs.Select(r => r.Event).OfType<RunEvent.Reported>().ToList();
        Assert.InRange(reports.Count, hours - 2, hours); // a block may hold more than one hour's end
        Assert.All(reports.Zip(reports.Skip(1)), pair =>
        {
            Assert.True(pair.First.AtTicks / TimeSpan.TicksPerHour < pair.Second.AtTicks / TimeSpan.TicksPerHour);
            Assert.True(pair.First.Frames < pair.Second.Frames && pair.First.Observations <= pair.Second.Observations);
        });
        var ended = Assert.IsType<RunEvent.Ended>(runs[^1].Event);
        Assert.Equal(EngineHarness.Sample.Count, ended.Frames);

        // Whatever a report counts stands before it in the journal: every watermark after it is of a later frame.
        foreach (var (ordering, report) in runs.Where(r => r.Event is RunEvent.Reported))
        {
            var counted = ((RunEvent.Reported)report).Frames;
            var later = (await RowsAsync(journal)).Where(row => row.Ordering > ordering);
            Assert.All(later, row => Assert.All(row.Watermarks, mark => Assert.True(mark.Frame > counted, $"frame {mark.Frame} came after {report}")));
        }
    }

    [Fact]
    public async Task A_file_run_reports_no_hours()
    {
        var runs = await RunEventsAsync(Run(isLossless: true));
        Assert.DoesNotContain(runs, r => r.Event is RunEvent.Reported);
        Assert.IsType<RunEvent.Ended>(runs[^1].Event);
    }

    [Fact]
    public async Task The_device_events_of_a_live_run_are_those_of_the_file_run()
    {
        Assert.Equal(await EngineHarness.DumpDevicesAsync(Run(isLossless: true)), await EngineHarness.DumpDevicesAsync(Run(isLossless: false)));
    }

    private static InMemoryJournal Run(bool isLossless)
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var scheduler = new SeededScheduler(5, time);
        var journal = new InMemoryJournal(keepEvents: true, time);
        scheduler.Run(async () =>
        {
            await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
            var source = new MemoryCaptureSource("home", EngineHarness.Sample) { IsLossless = isLossless };
            return await engine.RunAsync(source, EngineHarness.Request, CancellationToken.None);
        });
        return journal;
    }

    private static async Task<List<(long Ordering, IReadOnlyList<Watermark> Watermarks)>> RowsAsync(InMemoryJournal journal) =>
        [.. (await journal.ReadAsync(0, int.MaxValue, CancellationToken.None)).Where(e => e.Manifest == ShardRow.Manifest)
            .Select(e => (e.Ordering, ShardRowCodec.Decode(e.Manifest, e.Payload.Span).Watermarks))];

    private static async Task<List<(long Ordering, RunEvent Event)>> RunEventsAsync(InMemoryJournal journal)
    {
        var id = RunLog.PersistenceIdOf(EngineHarness.Request.Source);
        return [.. (await journal.ReadAsync(0, int.MaxValue, CancellationToken.None)).Where(e => e.PersistenceId == id)
            .Select(e => (e.Ordering, RunEventCodec.Decode(e.Manifest, e.Payload.Span)!))];
    }
}
