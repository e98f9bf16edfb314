using System.Diagnostics;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>SIGKILL at any moment and a start after it lead where an uninterrupted run leads (design §5).</summary>
[Collection(EndToEndCollection.Name)]
public sealed class KillSpecs : IDisposable
{
    private const int ScanKills = 45;
    private const int NodeKills = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(20260131);

    [Fact]
    public async Task Killed_fifty_times_and_started_again_a_run_ends_like_an_uninterrupted_one()
    {
        var capture = HomeCaptures.WriteBusy(_folder.Path);
        var whole = _folder.At("whole");
        var clock = Stopwatch.StartNew();
        await Actorfp.RunAsync(Scan(capture, whole));
        var usual = clock.Elapsed;
        var expected = StoreFacts.Of(whole);
        Assert.True(StoreFacts.Count(whole, RunManifests.Progressed) > 5, "the capture is too short for checkpoints");

        var (kills, resumed) = (0, 0);
        for (var round = 1; kills < ScanKills + NodeKills; round++)
        {
            var folder = NewStore(whole, $"round-{round}");
            var isNode = kills >= ScanKills;
            var isCaughtUp = false;
            while (StoreFacts.Count(folder, RunManifests.Ended) == 0)
            {
                if (StoreFacts.Count(folder, RunManifests.Progressed) > 0) resumed++;
                using var process = Actorfp.Start(isNode ? Node(capture, folder) : Scan(capture, folder));
                var moment = TimeSpan.FromMilliseconds(20 + _random.NextDouble() * usual.TotalMilliseconds);
                isCaughtUp = await process.ExitsWithinAsync(moment) || !await process.KillAsync();
                if (!isCaughtUp) kills++;
                else Assert.True(await process.WhenExitedAsync() == 0, $"round {round}: {process.Errors}");
            }
            if (!isCaughtUp) await Actorfp.RunAsync("journal", "replay", "--rebuild", "--folder", folder); // killed after its run had ended
            await Actorfp.RunAsync("journal", "verify", "--folder", folder);
            expected.AssertEqual(StoreFacts.Of(folder), $"round {round}, after {kills} kills");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {resumed} restarts after a checkpoint, a whole run takes {usual.TotalSeconds:F1} s");
        Assert.True(resumed >= kills / 3, $"only {resumed} of {kills} restarts came after a checkpoint");
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Scan(string capture, string folder) => ["scan", capture, "--store", folder, "--format", "json", .. Actorfp.SmallSteps];

    private static string[] Node(string capture, string folder) => ["run", capture, "--folder", folder, "--port", "0", "--once", .. Actorfp.SmallSteps];

    /// <summary>A folder with the pseudonym key of another store, so that both give the same names.</summary>
    private string NewStore(string like, string name)
    {
        var folder = Directory.CreateDirectory(_folder.At(name)).FullName;
        File.Copy(Path.Combine(like, "pseudonym.key"), Path.Combine(folder, "pseudonym.key"));
        return folder;
    }
}
