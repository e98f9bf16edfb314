using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

/// <summary><c>POST /admin/…</c>: shards, drain and log levels.</summary>
public sealed class AdminWorkSpecs
{
    [Theory]
    [InlineData(null, "passivate 00:15:00", 0)]
    [InlineData("{}", "passivate 00:15:00", 0)]
    [InlineData("""{"idle":"1m"}""", "passivate 00:01:00", 0)]
    [InlineData("""{"all":true}""", "passivate 00:00:00", 2)]
    [InlineData("""{"device":"00-1e-c2-00-00-01"}""", "passivate mac:00:1E:C2:00:00:01", 1)]
    public async Task Devices_are_put_away_as_asked_and_a_second_call_finds_none(string? body, string call, int count)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal((200, count), CountOf(await host.SendAsync(HttpMethod.Post, "/admin/passivate", host.Token, body), "passivated"));
        Assert.Equal((200, 0), CountOf(await host.SendAsync(HttpMethod.Post, "/admin/passivate", host.Token, body), "passivated"));
        Assert.Equal([call, call], host.Engine.Store.Calls);
    }

    [Theory]
    [InlineData("""{"idle":"1m","all":true}""")]
    [InlineData("""{"idle":"15"}""")]
    [InlineData("""{"idle":"-1m"}""")]
    [InlineData("""{"device":"printer"}""")]
    [InlineData("""{"idel":"1m"}""")]
    [InlineData("""{"all":"yes"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task What_cannot_be_meant_is_400_and_puts_nothing_away(string body)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, problem) = await host.SendAsync(HttpMethod.Post, "/admin/passivate", host.Token, body);
        Assert.Equal((400, "INVALID_REQUEST"), (status, problem.GetProperty("code").GetString()));
        Assert.Empty(host.Engine.Store.Calls);
    }

    [Fact]
    public async Task Snapshots_are_counted_and_a_store_that_refuses_is_503_and_audited_as_failed()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal((200, 5), CountOf(await host.SendAsync(HttpMethod.Post, "/admin/snapshot", host.Token), "snapshots"));
        host.Engine.Store.Fails = new JournalUnavailableException("journal.db: the disk is full");
        var (status, problem) = await host.SendAsync(HttpMethod.Post, "/admin/snapshot", host.Token);
        Assert.Equal((503, "STORE_UNAVAILABLE"), (status, problem.GetProperty("code").GetString()));
        var audit = await host.AuditAsync();
        Assert.Contains("\"actor\":\"http:admin\",\"outcome\":\"ok\",\"detail\":\"snapshot 5\"", audit[^2], StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"failed\",\"detail\":\"snapshot STORE_UNAVAILABLE\"", audit[^1], StringComparison.Ordinal);
        Assert.True(AuditLog.Verify(host.AuditPath).IsIntact);
    }

    [Fact]
    public async Task The_audit_log_names_a_device_by_its_pseudonym_only_and_calls_are_counted()
    {
        await using var host = await ApiHost.StartAsync();
        await host.SendAsync(HttpMethod.Post, "/admin/passivate", host.Token, """{"device":"00:1e:c2:00:00:01"}""");
        var line = (await host.AuditAsync())[^1];
        Assert.Contains("\"subject\":\"device-", line, StringComparison.Ordinal);
        Assert.DoesNotContain("1e:c2", line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("af_admin_calls_total{call=\"passivate\",outcome=\"ok\"}", await host.GetTextAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_runs_alone_has_nothing_to_rebalance_and_a_cluster_says_what_it_moves()
    {
        await using var alone = await ApiHost.StartAsync();
        var (status, answer) = await alone.SendAsync(HttpMethod.Post, "/admin/rebalance", alone.Token);
        Assert.Equal((200, 0), (status, answer.GetProperty("moved").GetInt32()));
        Assert.Contains("nothing to move", answer.GetProperty("message").GetString(), StringComparison.Ordinal);

        await using var host = await ApiHost.StartAsync(prepare: h => h.Control = new FakeCluster());
        Assert.Equal((200, 3), CountOf(await host.SendAsync(HttpMethod.Post, "/admin/rebalance", host.Token), "moved"));
    }

    [Fact]
    public async Task Draining_stops_sources_flushes_and_makes_the_node_not_ready_while_it_answers_on()
    {
        await using var host = await ApiHost.StartAsync();
        await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/start", host.Token);
        var draining = host.SendAsync(HttpMethod.Post, "/admin/drain", host.Token);
        await UntilAsync(() => host.Engine.Store.Calls.Contains("catch up"));
        Assert.Equal("draining", StateOf(await host.GetAsync("/admin/drain")));
        var (notReady, problem) = await host.GetAsync("/ready");
        Assert.Equal((503, "draining: sources are stopped until POST /admin/undrain"), (notReady, problem.GetProperty("detail").GetString()));
        Assert.Equal(200, (await host.GetAsync("/alive")).Status);
        Assert.Equal(CaptureState.Disabled, host.Captures.Find("live:eth0")!.State);

        host.Engine.Store.Flushed.SetResult();
        var (status, answer) = await draining;
        Assert.Equal((200, "drained"), (status, answer.GetProperty("state").GetString()));
        Assert.Equal("drained", StateOf(await host.SendAsync(HttpMethod.Post, "/admin/drain", host.Token)));
        Assert.Equal(503, (await host.GetAsync("/ready")).Status);
        Assert.Equal(200, (await host.GetAsync("/api/devices")).Status);
        Assert.Single(host.Engine.Store.Calls, "catch up");
    }

    [Fact]
    public async Task Undraining_starts_the_sources_that_ran_and_no_others_as_often_as_asked()
    {
        await using var host = await ApiHost.StartAsync();
        host.Engine.Store.Flushed.SetResult();
        await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/start", host.Token);
        await host.SendAsync(HttpMethod.Post, "/admin/drain", host.Token);
        var (refused, problem) = await host.SendAsync(HttpMethod.Post, "/admin/capture/captures%2Fa.pcap/start", host.Token);
        Assert.Equal((409, "DRAINING"), (refused, problem.GetProperty("code").GetString()));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("serving", StateOf(await host.SendAsync(HttpMethod.Post, "/admin/undrain", host.Token)));
            Assert.Equal([CaptureState.Running, CaptureState.Disabled], host.Captures.List().Select(source => source.State));
        }
        Assert.Equal(200, (await host.GetAsync("/ready")).Status);
    }

    [Fact]
    public async Task A_source_that_is_stopped_while_drained_stays_stopped()
    {
        await using var host = await ApiHost.StartAsync();
        host.Engine.Store.Flushed.SetResult();
        await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/start", host.Token);
        await host.SendAsync(HttpMethod.Post, "/admin/drain", host.Token);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/stop", host.Token)).Status);
        await host.SendAsync(HttpMethod.Post, "/admin/undrain", host.Token);
        Assert.Equal(CaptureState.Disabled, host.Captures.Find("live:eth0")!.State);
    }

    [Fact]
    public async Task A_drain_that_fails_is_not_done_can_be_tried_again_and_undone()
    {
        await using var host = await ApiHost.StartAsync();
        host.Engine.Store.Fails = new JournalUnavailableException("journal.db: the disk is full");
        Assert.Equal(503, (await host.SendAsync(HttpMethod.Post, "/admin/drain", host.Token)).Status);
        Assert.Equal("draining", StateOf(await host.GetAsync("/admin/drain")));
        host.Engine.Store.Fails = null;
        host.Engine.Store.Flushed.SetResult();
        Assert.Equal("drained", StateOf(await host.SendAsync(HttpMethod.Post, "/admin/drain", host.Token)));
        Assert.Equal("serving", StateOf(await host.SendAsync(HttpMethod.Post, "/admin/undrain", host.Token)));
    }

    [Fact]
    public async Task A_log_level_is_set_for_a_time_shown_and_audited()
    {
        await using var host = await ApiHost.StartAsync();
        var gate = host.LogLevels.GateOf("ActorFingerprint.Node.Hosting.CaptureController");
        var body = """{"category":"CaptureController","level":"Debug","for":"10m"}""";
        var (status, levels) = await host.SendAsync(HttpMethod.Post, "/admin/log-level", host.Token, body);
        Assert.Equal(200, status);
        Assert.True(gate.Allows(LogLevel.Debug));
        var rule = levels.GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("category").GetString() == "CaptureController");
        Assert.Equal(("debug", false), (rule.GetProperty("level").GetString(), rule.GetProperty("configured").GetBoolean()));
        Assert.Equal(host.Time.GetUtcNow().AddMinutes(10).UtcDateTime, rule.GetProperty("until").GetDateTime());
        Assert.Contains("\"detail\":\"log-level CaptureController debug for 10m\"", (await host.AuditAsync())[^1], StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(gate.Allows(LogLevel.Debug));
        Assert.DoesNotContain((await host.GetAsync("/admin/log-level")).Body.GetProperty("rules").EnumerateArray(),
            r => r.GetProperty("category").GetString() == "CaptureController");
    }

    [Fact]
    public async Task Without_a_category_all_is_meant_and_null_goes_back_to_what_was_configured()
    {
        await using var host = await ApiHost.StartAsync();
        var gate = host.LogLevels.GateOf("ActorFingerprint.Engine");
        await host.SendAsync(HttpMethod.Post, "/admin/log-level", host.Token, """{"level":"trace"}""");
        Assert.True(gate.Allows(LogLevel.Trace));
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, "/admin/log-level", host.Token, """{"level":null}""")).Status);
        Assert.False(gate.Allows(LogLevel.Trace));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"level":"loud"}""")]
    [InlineData("""{"level":"1"}""")]
    [InlineData("""{"level":"debug","for":"10"}""")]
    [InlineData("""{"level":"debug","for":"0s"}""")]
    [InlineData("""{"level":null,"for":"10m"}""")]
    [InlineData("""{"level":"debug","category":"a b\u0000"}""")]
    [InlineData("""{"level":"debug","catgory":"x"}""")]
    public async Task A_level_that_cannot_be_meant_is_400_and_changes_nothing(string body)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Post, "/admin/log-level", host.Token, body)).Status);
        Assert.DoesNotContain(host.LogLevels.Rules, rule => rule.IsOverride);
    }

    private static (int, int) CountOf((int Status, JsonElement Body) answer, string name) => (answer.Status, answer.Body.GetProperty(name).GetInt32());

    private static string? StateOf((int Status, JsonElement Body) answer) => answer.Body.GetProperty("state").GetString();

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
