using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>A full or read-only disk stops the sources and loses nothing; when it gives way, work goes on (design §5).</summary>
[Collection(EndToEndCollection.Name)]
public sealed class RefusingStorageSpecs : IDisposable
{
    private const string Size = "24m";
    private readonly TemporaryFolder _folder = new();
    private readonly string _disk;
    private bool _isMounted;

    public RefusingStorageSpecs() => _disk = Directory.CreateDirectory(_folder.At("disk")).FullName;

    private string Store => Path.Combine(_disk, "store");

    [Fact]
    public async Task On_a_full_disk_the_node_stops_reading_says_why_and_goes_on_by_itself_when_there_is_space()
    {
        var (capture, expected) = await PrepareAsync();
        var ballast = Path.Combine(_disk, "ballast");
        FillUpTo(ballast, leaving: 1 << 20);
        using var node = Actorfp.Start(["run", capture, "--folder", Store, "--port", "0", "--once", .. Actorfp.SmallSteps]);
        using var client = new HttpClient { BaseAddress = await node.AddressAsync() };
        var reason = await ReasonAsync(client, node);
        Assert.Contains("the disk is full", reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', reason);

        await Task.Delay(300, TestContext.Current.CancellationToken); // what is on its way fills the mailboxes; then nothing may move
        var events = Committed();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(events, Committed());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("ready", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("alive", TestContext.Current.CancellationToken)).StatusCode);
        Assert.False(node.HasExited);

        File.Delete(ballast);
        Assert.True(await node.WhenExitedAsync() == 0, node.Errors);
        expected.AssertEqual(StoreFacts.Of(Store), "after the disk was full");
        await Actorfp.RunAsync("journal", "verify", "--folder", Store);
    }

    [Fact]
    public async Task Killed_on_a_full_disk_and_met_by_a_read_only_one_a_scan_still_ends_like_an_uninterrupted_one()
    {
        var (capture, expected) = await PrepareAsync();
        string[] scan = ["scan", capture, "--store", Store, "--format", "json", .. Actorfp.SmallSteps];
        var ballast = Path.Combine(_disk, "ballast");
        FillUpTo(ballast, leaving: 1 << 20);
        using (var first = Actorfp.Start(scan))
        {
            Assert.False(await first.ExitsWithinAsync(TimeSpan.FromSeconds(2)), $"the disk was to be full, but: {first.Errors}");
            Assert.True(await first.KillAsync());
        }
        File.Delete(ballast);

        Mount("-o", "remount,ro", _disk);
        using (var second = Actorfp.Start(scan))
        {
            Assert.NotEqual(0, await second.WhenExitedAsync());
            var line = Assert.Single(second.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), text => text.StartsWith("actorfp: ", StringComparison.Ordinal));
            Assert.Contains("read-only", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", second.Errors, StringComparison.Ordinal);
        }
        Mount("-o", "remount,rw", _disk);

        await Actorfp.RunAsync(scan);
        Assert.Equal(1, StoreFacts.Count(Store, RunManifests.Started));
        expected.AssertEqual(StoreFacts.Of(Store), "after the disk was full and read-only");
        await Actorfp.RunAsync("journal", "verify", "--folder", Store);
    }

    public void Dispose()
    {
        if (_isMounted) Run("umount", "-l", _disk);
        _folder.Dispose();
    }

    /// <summary>A small disk with an empty store on it, and what an uninterrupted run of the capture leaves elsewhere.</summary>
    private async Task<(string Capture, StoreFacts Expected)> PrepareAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can mount a small disk");
        _isMounted = Run("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", _disk) == 0;
        Assert.SkipUnless(_isMounted, "mounting is not allowed here");
        var (capture, whole) = (HomeCaptures.WriteBusy(_folder.Path), _folder.At("whole"));
        await Actorfp.RunAsync(["scan", capture, "--store", whole, "--format", "json", .. Actorfp.SmallSteps]);
        Directory.CreateDirectory(Store);
        File.Copy(Path.Combine(whole, "pseudonym.key"), Path.Combine(Store, "pseudonym.key"));
        return (capture, StoreFacts.Of(whole));
    }

    private void FillUpTo(string ballast, long leaving)
    {
        using var file = File.Create(ballast);
        file.Write(new byte[new DriveInfo(_disk).AvailableFreeSpace - leaving]);
    }

    private static async Task<string> ReasonAsync(HttpClient client, Actorfp node)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            var reply = await client.GetAsync("ready", TestContext.Current.CancellationToken);
            if (reply.StatusCode == HttpStatusCode.ServiceUnavailable)
                return JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("detail").GetString()!;
            Assert.False(node.HasExited, $"it ended before the disk was full: {node.Errors}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException($"the disk did not fill: {node.Errors}");
    }

    private string Committed() => DatabaseDump.Rows(Path.Combine(Store, "journal.db"), "SELECT count(*), max(ordering) FROM journal")[0];

    private static void Mount(params string[] arguments) => Assert.Equal(0, Run("mount", arguments));

    private static int Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
