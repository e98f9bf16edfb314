using System.Text.Json;
using ActorFingerprint.Tests.Capture.Files;
using ActorFingerprint.Tests.Capture.Live;
using Xunit;
using TemporaryFolder = ActorFingerprint.Tests.Node.TemporaryFolder;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>A folder that captures are rotated into, followed by the real executable.</summary>
[Collection<RunsAlone>]
public sealed class FollowSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<TestFrame> _sample = TestCaptures.Read(Path.Combine(Repository.Root, "samples", "home.pcapng"));

    [Fact]
    public async Task A_node_follows_a_folder_shows_what_comes_at_once_and_goes_on_after_a_restart()
    {
        var captures = Directory.CreateDirectory(_folder.File("captures")).FullName;
        string[] arguments = ["run", captures, "--set", "capture.follow=true", "--folder", _folder.File("followed"), "--port", "0"];
        using (var node = NodeProcess.Start([], arguments))
        using (var client = await ClientAsync(node))
        {
            Write("captures/day-1.pcap", 0, 1_000);
            await UntilAsync(client, "api/devices", body => body.Contains("\"mac\"", StringComparison.Ordinal)); // far less than a checkpoint
            Append("captures/day-1.pcap", 1_000, 2_000);
            Write("captures/day-2.pcap", 2_000, 3_000);
            await UntilAsync(client, "admin/capture", body => body.Contains("\"frames\":3000", StringComparison.Ordinal));
            Assert.Equal(0, await node.StopAsync());
        }
        Write("captures/day-3.pcap", 3_000, _sample.Count);
        using (var node = NodeProcess.Start([], arguments))
        using (var client = await ClientAsync(node))
        {
            await UntilAsync(client, "admin/capture", body => body.Contains($"\"frames\":{_sample.Count}", StringComparison.Ordinal));
            Assert.Equal(0, await node.StopAsync());
        }
        Write("whole.pcap", 0, _sample.Count);
        var (exitCode, output) = await NodeProcess.RunAsync("scan", _folder.File("whole.pcap"), "--store", _folder.File("scanned"));
        Assert.True(exitCode == 0, output);
        Assert.Equal(DeviceFacts.Of(_folder.File("scanned")), DeviceFacts.Of(_folder.File("followed")));
    }

    [Fact]
    public async Task A_scan_that_follows_prints_observations_as_files_come_and_all_of_them_when_stopped()
    {
        Directory.CreateDirectory(_folder.File("captures"));
        Write("captures/a.pcap", 0, 500);
        using var scan = NodeProcess.Start([], "scan", _folder.File("captures"), "--follow", "--observations");
        var first = await scan.LineAsync(@"^\{""frame"":(\d+),.*""pcap"":""a\.pcap""");
        Write("captures/b.pcap", 500, 1_000);
        await scan.LineAsync(@"^\{""frame"":(\d+),.*""pcap"":""b\.pcap""");
        Assert.Equal(130, await scan.StopAsync());
        Write("whole.pcap", 0, 1_000);
        var (_, whole) = await NodeProcess.RunAsync("scan", _folder.File("whole.pcap"), "--observations");
        Assert.Equal(Observations(whole).Count(), Observations(scan.Output).Count());
        Assert.True(first.Success);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<HttpClient> ClientAsync(NodeProcess node) =>
        new() { BaseAddress = new Uri((await node.LineAsync(@"^The API is at (\S+?)\. Try:")).Groups[1].Value) };

    private static async Task UntilAsync(HttpClient client, string path, Func<string, bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!holds(await client.GetStringAsync(new Uri(path, UriKind.Relative), patience.Token))) await Task.Delay(20, patience.Token);
    }

    private void Write(string name, int from, int to) => File.WriteAllBytes(_folder.File(name), Frames(new PcapBytes(PcapBytes.Nanoseconds), from, to));

    // Without the header of the file, which it has already.
    private void Append(string name, int from, int to)
    {
        var header = new PcapBytes(PcapBytes.Nanoseconds);
        var skip = (int)header.Length;
        using var file = new FileStream(_folder.File(name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(Frames(header, from, to).AsSpan(skip));
    }

    private byte[] Frames(PcapBytes pcap, int from, int to)
    {
        foreach (var frame in _sample.Take(to).Skip(from)) pcap.FrameAt(frame.AtTicks, frame.Bytes, frame.WireLength);
        return pcap.ToArray();
    }

    private static IEnumerable<JsonDocument> Observations(string output) =>
        output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line));
}
