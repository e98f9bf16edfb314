using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Tests.Capture.Files;
using Xunit;
using TemporaryFolder = ActorFingerprint.Tests.Node.TemporaryFolder;

namespace ActorFingerprint.Tests.Engine.Runs;

/// <summary>A followed folder whose files were deleted between two starts: nothing that was not read yet is passed over.</summary>
public sealed class RotatedAwaySpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryJournal _journal = new(keepEvents: true);

    [Theory]
    [InlineData(1000)] // behind a checkpoint
    [InlineData(100)] // before the first one
    public async Task What_comes_after_files_that_are_gone_is_read_as_a_new_run(int frames)
    {
        Write("a.pcap", 0, frames);
        Assert.Equal("captures#1", (await FollowAsync()).Run);
        File.Delete(_folder.File("a.pcap"));
        Write("b.pcap", frames, 2 * frames);

        var (second, warnings) = await FollowWithWarningsAsync();
        Assert.Equal(("captures#2", false), (second.Run, second.Resumed));
        Assert.Contains("a.pcap: is gone since", Assert.Single(warnings), StringComparison.Ordinal);

        var alone = new InMemoryJournal(keepEvents: true);
        await using (var engine = EngineHarness.Engine(alone, EngineScheduler.Default, TimeProvider.System))
            await engine.RunAsync(
                new MemoryCaptureSource("b", [.. EngineHarness.Sample.Take(2 * frames).Skip(frames)]), EngineHarness.Request, CancellationToken.None);
        Assert.Subset(await DevicesAsync(_journal), await DevicesAsync(alone));
    }

    [Fact]
    public async Task A_folder_that_still_has_its_files_goes_on_in_its_run()
    {
        Write("a.pcap", 0, 100);
        await FollowAsync();
        Write("b.pcap", 100, 200);
        Assert.Equal(("captures#1", true), await FollowAsync() is var second ? (second.Run, second.Resumed) : default);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<RunResult> FollowAsync() => (await FollowWithWarningsAsync()).Result;

    /// <summary>Reads all that is in the folder, then stops in order.</summary>
    private async Task<(RunResult Result, IReadOnlyList<string> Warnings)> FollowWithWarningsAsync()
    {
        using var stop = new CancellationTokenSource();
        var watch = new ManualFolderWatch();
        await using var source = FileCaptureSource.FromFolder(_folder.Path, watch);
        await using var engine = EngineHarness.Engine(_journal, EngineScheduler.Default, TimeProvider.System);
        var run = engine.RunAsync(source, EngineHarness.Request with { Source = "captures" }, stop.Token);
        await watch.IsWaitingAsync();
        await stop.CancelAsync();
        return (await run, source.Warnings);
    }

    /// <summary>The devices that have events.</summary>
    private static async Task<HashSet<string>> DevicesAsync(InMemoryJournal journal) =>
        [.. (await EngineHarness.DumpDevicesAsync(journal)).Split('\n').Select(line => line.Split(' ')[0])];

    private void Write(string name, int from, int to)
    {
        var pcap = new PcapBytes(PcapBytes.Nanoseconds);
        foreach (var frame in EngineHarness.Sample.Take(to).Skip(from)) pcap.FrameAt(frame.AtTicks, frame.Bytes, frame.Bytes.Length);
        File.WriteAllBytes(_folder.File(name), pcap.ToArray());
    }
}
