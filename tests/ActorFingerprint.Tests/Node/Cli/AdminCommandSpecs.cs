using System.Text.Json;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Node.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

/// <summary><c>actorfp admin …</c> against a node.</summary>
public sealed class AdminCommandSpecs : IAsyncLifetime
{
    private readonly CliHarness _cli = new();
    private readonly FakeCluster _cluster = new() { Lag = new ProjectionLag(1200, 34, "disk full") };
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() =>
        _host = await ApiHost.StartAsync(isReadOnly: false, prepare: host => (host.Cluster, host.Control) = (_cluster, _cluster));

    [Fact]
    public async Task Members_shows_who_is_there_who_owns_what_and_the_lag()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("members"));
        Assert.Equal("""
            node                             status   roles                device shards  notes
            actorfp://actorfp@10.0.0.1:8558  Up       sensor, engine, api  1              asked, leader
            actorfp://actorfp@10.0.0.2:8558  Up       engine               1              oldest
            actorfp://actorfp@10.0.0.3:8558  Leaving  sensor               0              unreachable for actorfp://actorfp@10.0.0.1:8558, actorfp://actorfp@10.0.0.2:8558
            device: 3 shards, 1 without an owner, 11 entities in memory
            read side: at 1,200, 34 behind, stands still: disk full

            """, _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("members", "--json"));
        Assert.Equal(3, JsonElement.Parse(_cli.Out).GetProperty("members").GetArrayLength());
    }

    [Fact]
    public async Task Shards_shows_those_of_a_region_and_says_when_there_is_none()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("shards"));
        Assert.Equal("""
            shard  entities  epoch  owner
            0      5         4      actorfp://actorfp@10.0.0.1:8558
            1      6         2      actorfp://actorfp@10.0.0.2:8558
            2      0         0      -

            """, _cli.Out);
        Assert.Equal(ExitCodes.Node, await RunAsync("shards", "limiter"));
        Assert.Equal("actorfp: the node refuses: no region has this name; GET /cluster/members lists them\n", _cli.Error);
    }

    [Fact]
    public async Task Members_are_told_to_leave_or_declared_down_and_shards_are_moved()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("leave", "actorfp@10.0.0.2:8558"));
        Assert.Equal("Leaving actorfp://actorfp@10.0.0.2:8558\n", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("down", "actorfp://actorfp@10.0.0.3:8558", "--json"));
        Assert.Equal("{\"message\":\"Leaving actorfp://actorfp@10.0.0.2:8558\"}\n", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("rebalance"));
        Assert.StartsWith("3 shards moved: ", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(["leave actorfp://actorfp@10.0.0.2:8558", "down actorfp://actorfp@10.0.0.3:8558", "rebalance"], _cluster.Calls);
        _cluster.Answer = new ControlResult(ControlOutcome.Refused, "no");
        Assert.Equal(ExitCodes.Node, await RunAsync("down", "actorfp@10.0.0.3:8558"));
        Assert.Equal("actorfp: the node refuses: no\n", _cli.Error);
    }

    [Fact]
    public async Task Sources_are_listed_started_and_stopped()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("capture", "start", "captures/a.pcap"));
        Assert.Matches("^source +state +frames +dropped +problem\ncaptures/a.pcap +running +7 +0\n$", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("capture", "stop", "captures/a.pcap", "--json"));
        Assert.Equal("disabled", JsonElement.Parse(_cli.Out).GetProperty("state").GetString());
        Assert.Equal(ExitCodes.Ok, await RunAsync("capture", "list"));
        Assert.Contains("live:eth0 ", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Node, await RunAsync("capture", "start", "live:eth9"));
        Assert.Equal("actorfp: the node refuses: no capture source has this name; GET /admin/capture lists them\n", _cli.Error);
    }

    [Fact]
    public async Task A_drained_node_is_not_ready_and_the_exit_code_says_so()
    {
        _host.Engine.Store.Flushed.SetResult();
        Assert.Equal(ExitCodes.Ok, await RunAsync("ready"));
        Assert.Equal("ready\n", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("drain"));
        Assert.StartsWith("drained\nsource ", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failure, await RunAsync("ready"));
        Assert.Equal("not ready: draining: sources are stopped until POST /admin/undrain\n", _cli.Out);
        Assert.Equal(ExitCodes.Failure, await RunAsync("ready", "--json"));
        Assert.False(JsonElement.Parse(_cli.Out).GetProperty("ready").GetBoolean());
        Assert.Equal(ExitCodes.Ok, await RunAsync("undrain"));
        Assert.Equal(ExitCodes.Ok, await RunAsync("ready"));
    }

    [Fact]
    public async Task Devices_are_put_away_and_snapshots_written()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("passivate", "--device", "00:1e:c2:00:00:01"));
        Assert.Equal("1 devices put away\n", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("passivate", "--all"));
        Assert.Equal("1 devices put away\n", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("passivate", "--idle", "1m"));
        Assert.Equal(ExitCodes.Ok, await RunAsync("passivate"));
        Assert.Equal(ExitCodes.Ok, await RunAsync("snapshot"));
        Assert.Equal("5 snapshots written\n", _cli.Out);
        Assert.Equal(
            ["passivate mac:00:1E:C2:00:00:01", "passivate 00:00:00", "passivate 00:01:00", "passivate 00:15:00", "snapshot"], _host.Engine.Store.Calls);
    }

    [Fact]
    public async Task Log_levels_are_shown_set_and_taken_back()
    {
        var gate = _host.LogLevels.GateOf("ActorFingerprint.Node.Hosting.CaptureController");
        Assert.Equal(ExitCodes.Ok, await RunAsync("log-level", "set", "debug", "--category", "CaptureController", "--for", "10m"));
        Assert.Contains("CaptureController             debug        2026-01-01 00:10:00Z\n", _cli.Out, StringComparison.Ordinal);
        Assert.True(gate.Allows(LogLevel.Debug));
        Assert.Equal(ExitCodes.Ok, await RunAsync("log-level", "set", "configured", "--category", "CaptureController"));
        Assert.False(gate.Allows(LogLevel.Debug));
        Assert.Equal(ExitCodes.Ok, await RunAsync("log-level", "get"));
        Assert.Contains("default                       information  configured\n", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_is_begun_watched_and_shown()
    {
        _host.Engine.Store.ReplayEnd.SetResult();
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", "start", "--as-of", "2026-01-31T12:00:00Z", "--key", "one", "--wait", "--json"));
        var replay = JsonElement.Parse(_cli.Out);
        var id = replay.GetProperty("id").GetString()!;
        Assert.Equal("completed", replay.GetProperty("state").GetString());
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", "start", "--as-of", "2026-01-31T12:00:00Z", "--key", "one", "--json"));
        Assert.Equal(id, JsonElement.Parse(_cli.Out).GetProperty("id").GetString());
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", "status"));
        Assert.Contains($"{id}  as-of 2026-01-31 12:00:00Z  completed", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", "result", id, "--limit", "1"));
        Assert.EndsWith("\n1 of 2; nothing was changed\n", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Node, await RunAsync("replay", "status", "nothing"));
    }

    [Fact]
    public async Task A_replay_is_cancelled_and_one_that_failed_is_1()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", "start", "--as-of", "2026-01-31T12:00:00Z", "--json"));
        var id = JsonElement.Parse(_cli.Out).GetProperty("id").GetString()!;
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", "cancel", id));
        Assert.Contains("cancelled", _cli.Out, StringComparison.Ordinal);
        _host.Engine.Store.ReplayEnd.SetException(new InvalidDataException("row 7 is damaged"));
        Assert.Equal(ExitCodes.Failure, await RunAsync("replay", "start", "--rebuild", "--wait"));
        Assert.Contains("row 7 is damaged", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_is_passed_on()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("shutdown"));
        Assert.Equal(("stopping\n", "POST /admin/shutdown"), (_cli.Out, _host.ShutdownReason));
    }

    [Theory]
    [InlineData("member: write an address such as actorfp@10.0.0.7:8558; 'actorfp admin members' lists them", "leave", "10.0.0.7")]
    [InlineData("member: write an address such as actorfp@10.0.0.7:8558; 'actorfp admin members' lists them", "down", "../x")]
    [InlineData("admin passivate: write one of --idle, --all and --device", "passivate", "--all", "--idle", "1m")]
    [InlineData("--idle 15: write a number with a unit, such as 5ms, 120s, 15m, 1h or 30d", "passivate", "--idle", "15")]
    [InlineData("admin replay start: write one of --dry-run, --rebuild and --as-of TIME", "replay", "start")]
    [InlineData("--as-of yesterday: write a time such as 2026-01-31T12:00:00Z", "replay", "start", "--as-of", "yesterday")]
    [InlineData("--for 10: write a number with a unit, such as 5ms, 120s, 15m, 1h or 30d", "log-level", "set", "debug", "--for", "10")]
    public async Task What_cannot_be_meant_is_one_line_and_asks_nobody(string line, params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(arguments));
        Assert.Equal($"actorfp: {line}", _cli.Error.Split('\n')[0]);
        Assert.Empty(_cluster.Calls);
        Assert.Empty(_host.Engine.Store.Calls);
    }

    [Fact]
    public async Task Without_a_node_or_an_admins_token_one_line_says_what_to_do()
    {
        Assert.Equal(ExitCodes.Node, await _cli.RunAsync("admin", "members", "--set", "http.port=1", "--folder", _cli.Folder));
        Assert.Equal("actorfp: no node answers at http://127.0.0.1:1/: start one with 'actorfp run'\n", _cli.Error);
        await File.WriteAllTextAsync(_cli.File("token"), $"reader {ApiHost.ReaderToken}\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("admin", "members", "--set", $"http.port={_host.Client.BaseAddress!.Port}", "--folder", _cli.Folder));
        Assert.Equal(ExitCodes.Node, await _cli.RunAsync("admin", "snapshot", "--set", $"http.port={_host.Client.BaseAddress!.Port}", "--folder", _cli.Folder));
        Assert.Equal($"actorfp: no token for this in {_cli.File("token")}: name the node's folder with --folder\n", _cli.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _cli.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) => _cli.RunAsync([
        "admin", .. arguments, "--set", $"http.port={_host.Client.BaseAddress!.Port}",
        "--set", $"http.token-file={Path.Combine(Path.GetDirectoryName(_host.AuditPath)!, "token")}"]);
}
