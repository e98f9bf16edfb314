using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Tests.Core;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

/// <summary>Observations that were made elsewhere go into the same mailboxes, by the same rules as frames.</summary>
public sealed class ObservationSourceSpecs
{
    private const int Count = 3_000;
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Twenty_interleavings_give_identical_journals_and_a_run_that_has_ended()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        var result = Run(seed: 0, journal, Source());
        var expected = await EngineHarness.DumpAsync(journal);
        Assert.Equal(("home#1", false, true, (long)Count, (long)Count), (result!.Run, result.Resumed, result.Ended, result.Frames, result.Observations));
        Assert.Equal(40, expected.Split('\n').Count(line => line.Contains("device.first-seen", StringComparison.Ordinal)));
        for (var seed = 1; seed <= 20; seed++)
        {
            var other = new InMemoryJournal(keepEvents: true);
            Run(seed, other, Source());
            Assert.True(expected == await EngineHarness.DumpAsync(other), $"seed {seed} gives another journal");
        }
    }

    [Fact]
    public async Task A_source_that_keeps_us_waiting_gives_the_same_device_events()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        Run(0, journal, Source());
        var waited = new InMemoryJournal(keepEvents: true);
        Run(7, waited, Source(async (observation, _) =>
        {
            if (observation.Frame % 7 == 0) await Task.Yield();
        }));
        Assert.Equal(await EngineHarness.DumpDevicesAsync(journal), await EngineHarness.DumpDevicesAsync(waited));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_dies_at_any_write_resumes_by_frame_number_and_gives_the_same_device_events(bool afterStorage)
    {
        var uninterrupted = new InMemoryJournal(keepEvents: true);
        Run(0, uninterrupted, Source());
        var expected = await EngineHarness.DumpDevicesAsync(uninterrupted);
        var (crashes, resumedInside) = (0, 0);
        for (var seed = 1; seed <= 12; seed++)
        {
            var journal = new InMemoryJournal(keepEvents: true);
            var random = new Random(seed);
            for (var start = 0; ; start++)
            {
                var source = Source();
                var result = Run(seed + start * 1000, new CrashingJournal(journal, random.Next(1, 40), afterStorage), source);
                if (start > 0 && source.Readings is [> 0]) resumedInside++;
                if (result is { Ended: true }) break;
                crashes++;
            }
            Assert.True(expected == await EngineHarness.DumpDevicesAsync(journal), $"seed {seed}: events differ");
        }
        Assert.True(crashes > 15 && resumedInside > 5, $"{crashes} crashes, {resumedInside} resumed inside: the test shows nothing");
    }

    [Fact]
    public async Task A_stop_commits_what_was_read_and_the_next_start_goes_on_with_the_same_run()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        using var stop = new CancellationTokenSource();
        var stopped = RunUntil(1, journal, Source((observation, _) =>
        {
            if (observation.Frame == 2_000) stop.Cancel();
            return Task.CompletedTask;
        }), stop.Token);
        Assert.Equal((false, 1_999L), (stopped!.Ended, stopped.Frames));

        var rest = Source();
        var ended = Run(2, journal, rest);
        Assert.Equal(("home#1", true, true, (long)Count, (long)Count), (ended!.Run, ended.Resumed, ended.Ended, ended.Frames, ended.Observations));
        Assert.InRange(Assert.Single(rest.Readings), 1, 1_999);

        var whole = new InMemoryJournal(keepEvents: true);
        Run(3, whole, Source());
        Assert.Equal(await EngineHarness.DumpDevicesAsync(whole), await EngineHarness.DumpDevicesAsync(journal));
    }

    [Fact]
    public async Task While_the_source_is_silent_its_last_observation_is_applied_all_the_same()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var source = Source((observation, cancel) => observation.Frame > 1 ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask);
        await using var engine = EngineHarness.Engine(journal, EngineScheduler.Default, new ManualTimeProvider(Now));
        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Committed += () =>
        {
            if (EngineHarness.DumpDevicesAsync(journal).Result.Length > 0) committed.TrySetResult();
        };
        var run = engine.RunAsync(source, EngineHarness.Request, stop.Token);
        await committed.Task.WaitAsync(TimeSpan.FromSeconds(20), stop.Token);
        await stop.CancelAsync();
        Assert.Equal((1L, false), ((await run).Observations, (await run).Ended));
    }

    [Fact]
    public void Numbers_that_do_not_rise_are_refused_with_the_name_of_the_source()
    {
        var source = new TestObservationSource(() => [Hello(1), Hello(2), Hello(2)]);
        var error = Assert.Throws<CaptureException>(() => { Run(1, new InMemoryJournal(keepEvents: true), source); });
        Assert.Equal("observations: observation 2 comes after 2; the source must give rising numbers", error.Message);
    }

    private static TestObservationSource Source(Func<Observation, CancellationToken, Task>? before = null) =>
        new(() => Enumerable.Range(1, Count).Select(i => Hello(i))) { Before = before };

    // 40 devices in turn, each with a few hellos, a second apart: long enough for the run to have a safe point to resume from.
    private static ClientHelloObservation Hello(long frame) =>
        Observe.Hello($"t13d0001h2_{frame % 40:x12}_{frame % 3:x12}", second: frame, source: $"192.168.1.{frame % 40 + 1}",
            mac: new(0x001A11_000000 + (ulong)(frame % 40)), frame: frame);

    private static RunResult? Run(int seed, IJournal journal, IObservationSource source) =>
        RunUntil(seed, journal, source, CancellationToken.None);

    /// <summary>The run's result; null when the journal crashed.</summary>
    private static RunResult? RunUntil(int seed, IJournal journal, IObservationSource source, CancellationToken stop)
    {
        var time = new ManualTimeProvider(Now);
        var scheduler = new SeededScheduler(seed, time);
        try
        {
            return scheduler.Run(async () =>
            {
                await using var engine = EngineHarness.Engine(journal, new EngineScheduler(scheduler), time);
                return await engine.RunAsync(source, EngineHarness.Request, stop);
            });
        }
        catch (CrashException)
        {
            return null;
        }
    }
}
