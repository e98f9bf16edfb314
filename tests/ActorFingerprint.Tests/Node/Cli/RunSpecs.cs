using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Cli;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

public sealed class RunSpecs : IDisposable
{
    private readonly CliHarness _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_node_reads_its_file_shows_the_devices_says_where_to_look_and_stops_in_order()
    {
        _cli.Composition.Engine.SourceEnd.SetResult();
        Assert.Equal(0, await _cli.RunAsync("run", "a.pcap", "--once", "--folder", _cli.File("store"), "--port", "0"));
        Assert.Contains("00:1E:C2:00:00:01", _cli.Out, StringComparison.Ordinal);
        Assert.Matches(@"curl http://127\.0\.0\.1:\d+/api/devices/00:1E:C2:00:00:01/fingerprints", _cli.Out);
        Assert.Equal(["stop shards", "dispose"], _cli.Composition.Engine.Calls);
        Assert.True(AuditLog.Verify(_cli.File("store/audit.log")).IsIntact);
        Assert.Contains("stopped", (await File.ReadAllLinesAsync(_cli.File("store/audit.log"), TestContext.Current.CancellationToken))[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_stops_a_running_node_in_order_and_is_0()
    {
        using var stop = new CancellationTokenSource();
        _cli.Composition.Engine.Opens = target =>
        {
            stop.CancelAfter(TimeSpan.FromMilliseconds(50));
            return new FakeSource(target.Name);
        };
        Assert.Equal(0, await _cli.RunAsync(stop.Token, "run", "-i", "eth0", "--protocols", "dhcp", "--folder", _cli.File("store"),
            "--port", "0"));
        Assert.Equal(["stop shards", "dispose"], _cli.Composition.Engine.Calls);
        var states = (await File.ReadAllLinesAsync(_cli.File("store/audit.log"), TestContext.Current.CancellationToken))
            .Count(l => l.Contains("capture.state", StringComparison.Ordinal));
        Assert.Equal(4, states);
    }

    [Fact]
    public async Task Lease_files_that_are_named_are_followed_and_that_is_in_the_audit_log()
    {
        await File.WriteAllTextAsync(_cli.File("leases"), "0 00:1e:c2:00:00:01 192.168.1.10 laptop *\nbroken\n", TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var running = _cli.RunAsync(stop.Token, "run", "--folder", _cli.File("store"), "--port", "0", "--set", $"leases.dnsmasq={_cli.File("leases")}");
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!_cli.Composition.Engine.HasCall("lease of mac:00:1E:C2:00:00:01") && DateTime.UtcNow < deadline)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.Equal(["lease of mac:00:1E:C2:00:00:01", "stop shards", "dispose"], _cli.Composition.Engine.Calls);
        Assert.Contains("leases(2): is not 'expiry hardware address name client-id'", _cli.Error, StringComparison.Ordinal);
        var audit = await File.ReadAllLinesAsync(_cli.File("store/audit.log"), TestContext.Current.CancellationToken);
        Assert.Equal(["started", "stopped"], audit.Where(l => l.Contains("opt-in.state", StringComparison.Ordinal))
            .Select(l => l.Contains("\"started\"", StringComparison.Ordinal) ? "started" : "stopped"));
    }

    [Fact]
    public async Task A_source_that_is_not_permitted_leaves_the_node_running_and_is_logged_in_one_line()
    {
        _cli.Composition.Engine.SourceEnd.SetResult();
        _cli.Composition.Engine.Opens = target => target.IsLive
            ? throw new CaptureException("CAPTURE_PERMISSION_DENIED", "eth0: not permitted; run: sudo setcap cap_net_raw+ep actorfp")
            : new FakeSource(target.Name);
        Assert.Equal(ExitCodes.Capture, await _cli.RunAsync(
            "run", "a.pcap", "-i", "eth0", "--protocols", "dhcp,tls", "--once", "--folder", _cli.File("store"), "--port", "0"));
        Assert.Single(_cli.Error.Split('\n'), l =>
            l.Contains("capture live:eth0 failed: eth0: not permitted; run: sudo setcap", StringComparison.Ordinal));
        Assert.Contains("00:1E:C2:00:00:01", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_no_server_behind()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        var port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        _cli.Composition.Engine.Opens = _ => throw new InvalidOperationException("the source broke");
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _cli.RunAsync("run", "a.pcap", "--folder", _cli.File("store"), "--port", $"{port}"));
        Assert.Equal("dispose", _cli.Composition.Engine.Calls[^1]);
        probe.Start(); // the port is free again
    }

    [Fact]
    public async Task An_address_in_use_is_1_with_the_key_to_change()
    {
        var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("run", "--folder", _cli.File("store"), "--port", $"{port}"));
        Assert.Contains($"http.port = {port}", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("set http.port", _cli.Error, StringComparison.Ordinal);
        Assert.Single(_cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["dispose"], _cli.Composition.Engine.Calls);
        taken.Stop();
    }
}
