using ActorFingerprint.Tests.Capture.Live;
using ActorFingerprint.Tests.Node;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>The node on a real interface: a pair of linked ones in a namespace of the test, and tcpreplay on the other end.</summary>
[Collection<RunsAlone>]
public sealed class LiveNodeSpecs : IDisposable
{
    private const string Source = $"live:{VethPair.Right}";
    private const int Stop = 19;
    private const int Continue = 18;
    private const string Protocols = "dhcp,quic,tls";

    // Whole captures go over the wire within a second: nothing is to be left out.
    private static readonly string[] Capture = ["-i", VethPair.Right, "--protocols", Protocols, "--set", "streams.max-hello-rate=0"];
    private static readonly string[] EveryFrame = ["--set", "capture.filter=greater 1"];

    private readonly VethPair _pair;
    private readonly TemporaryFolder _folder = new();

    public LiveNodeSpecs()
    {
        LibPcapTests.SkipWithoutLibrary();
        VethPair.SkipWithout("tcpreplay");
        _pair = new VethPair();
    }

    [Theory]
    [InlineData("samples/home.pcapng")]
    [InlineData("corpus/dhcp/ndpi-signal.pcap")]
    [InlineData("corpus/tls/ndpi/iphone.pcap")]
    public async Task A_capture_sent_over_the_wire_gives_the_devices_of_the_file_and_loses_nothing(string name)
    {
        Assert.SkipWhen(Repository.Shared is null && name.StartsWith("corpus", StringComparison.Ordinal), "the shared corpora are not here");
        var file = Path.Combine(name.StartsWith("corpus", StringComparison.Ordinal) ? Repository.Shared! : Repository.Root, name);
        using var node = await LiveNode.StartAsync(_pair, _folder.File("live"), [], Capture);
        Assert.Equal("running", (await node.SourceAsync(Source)).State);

        Replay(file, "--pps", "2500");
        var stopped = await node.ChangeAsync(Source, "stop"); // drains and commits
        Assert.Equal(("disabled", null, 0, 0, 0),
            (stopped.State, stopped.Problem, stopped.DroppedByKernel, stopped.DroppedByInterface, stopped.DroppedByEngine));
        Assert.Equal(0, await node.Process.StopAsync());

        var (exitCode, output) = await NodeProcess.RunAsync("scan", file, "--protocols", Protocols, "--store", _folder.File("scanned"));
        Assert.True(exitCode == 0, output);
        var expected = DeviceFacts.Of(_folder.File("scanned"));
        Assert.True(expected.Count > 4, output);
        Assert.Equal(expected, DeviceFacts.Of(_folder.File("live")));
        const string Observations = "SELECT observations FROM fingerprint_runs WHERE ended";
        Assert.Equal(DeviceFacts.Number(_folder.File("scanned"), Observations), DeviceFacts.Number(_folder.File("live"), Observations));
    }

    [Fact]
    public async Task Started_and_stopped_over_HTTP_a_source_counts_every_frame_and_audits_every_state()
    {
        var sample = Path.Combine(Repository.Root, "samples", "home.pcapng");
        var sent = TestCaptures.Read(sample);
        using var node = await LiveNode.StartAsync(_pair, _folder.File("store"), [], [.. Capture, .. EveryFrame]);
        for (var round = 1; round <= 2; round++)
        {
            Replay(sample, "--pps", "20000");
            var stopped = await node.ChangeAsync(Source, "stop");
            Assert.Equal(
                (sent.Count, sent.Sum(f => (long)f.Bytes.Length), 0, 0),
                (stopped.Frames, stopped.Bytes, stopped.DroppedByKernel, stopped.DroppedByEngine));
            Assert.Equal("disabled", stopped.State);
            Assert.Equal("disabled", (await node.ChangeAsync(Source, "stop")).State); // nothing to do
            Assert.Equal("running", (await node.ChangeAsync(Source, "start")).State);
        }
        Assert.Equal(404, (await node.PostAsync("live:other", "start")).Status);
        Assert.Equal(0, await node.Process.StopAsync());
        string[] life = ["starting", "running", "stopping", "disabled"];
        Assert.Equal([.. life, .. life, .. life], node.AuditedStates(Source));
        Assert.Equal(3, DeviceFacts.Number(_folder.File("store"), "SELECT count(DISTINCT run) FROM fingerprint_runs WHERE ended"));
    }

    [Fact]
    public async Task Frames_lost_because_the_node_stood_still_are_counted_and_raise_the_alert()
    {
        const int Loops = 8;
        var sample = Path.Combine(Repository.Root, "samples", "home.pcapng");
        var sent = TestCaptures.Read(sample).Count * Loops;
        using var node = await LiveNode.StartAsync(_pair, _folder.File("store"), [], [.. Capture, .. EveryFrame, "--set", "capture.buffer=1 MiB"]);
        node.Process.Signal(Stop);
        Replay(sample, "--topspeed", "--preload-pcap", "--loop", $"{Loops}");
        node.Process.Signal(Continue);
        await node.Process.LineAsync($@"warn 5402 .*{Source}: \d\d % of the frames of the last minute were dropped");
        var stopped = await node.ChangeAsync(Source, "stop");
        Assert.True(stopped.DroppedByKernel > sent / 10, stopped.ToString());
        Assert.Equal(sent, stopped.Frames + stopped.DroppedByKernel + stopped.DroppedByEngine);
        Assert.Equal(0, await node.Process.StopAsync());
    }

    [Fact]
    public async Task A_missing_interface_and_one_that_goes_away_end_their_source_and_not_the_node()
    {
        using var node = await LiveNode.StartAsync(_pair, _folder.File("store"), [], [.. Capture, "-i", "nosuch0"]);
        await node.Process.LineAsync("fail 5101 .*capture live:nosuch0 failed: nosuch0: no such interface; 'actorfp interfaces' lists those there are$");
        Assert.Equal(("disabled", "running"), ((await node.SourceAsync("live:nosuch0")).State, (await node.SourceAsync(Source)).State));

        _pair.RunInside("ip", "link", "del", VethPair.Left);
        await node.Process.LineAsync($"fail 5101 .*capture {Source} failed: {VethPair.Right}: capture ended: ");
        var (status, problem) = await node.PostAsync(Source, "start");
        Assert.Equal(503, status);
        Assert.Contains("CAPTURE_UNAVAILABLE", problem, StringComparison.Ordinal);
        await node.GetAsync("ready");
        Assert.Equal(0, await node.Process.StopAsync());
        Assert.Equal(["starting", "stopping", "disabled"], node.AuditedStates("live:nosuch0"));
    }

    [Fact]
    public async Task Without_the_right_to_capture_the_node_says_what_to_run_and_serves_on()
    {
        VethPair.SkipWithout("setpriv");
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        _pair.RunInside("chmod", "777", _folder.Path);
        _pair.RunInside([.. nobody, "test", "-x", NodeProcess.Executable]);
        using var node = await LiveNode.StartAsync(_pair, _folder.File("store"), nobody, Capture);
        await node.Process.LineAsync(
            $"fail 5101 .*capture {Source} failed: {VethPair.Right}: this process may not capture; run: sudo setcap cap_net_raw,cap_net_admin=eip /.*actorfp$");
        var (status, problem) = await node.PostAsync(Source, "start");
        Assert.Equal(403, status);
        Assert.Contains("CAPTURE_PERMISSION_DENIED", problem, StringComparison.Ordinal);
        await node.GetAsync("ready");
        Assert.Equal("disabled", (await node.SourceAsync(Source)).State);
        Assert.Equal(0, await node.Process.StopAsync());
    }

    public void Dispose()
    {
        _pair.Dispose();
        _folder.Dispose();
    }

    private void Replay(string file, params string[] pace) => _pair.RunInside(["tcpreplay", .. pace, "--intf1", VethPair.Left, file]);
}
