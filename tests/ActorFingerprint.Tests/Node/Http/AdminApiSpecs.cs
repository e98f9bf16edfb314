using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Node.Audit;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

public sealed class AdminApiSpecs
{
    [Fact]
    public async Task Readiness_is_503_with_the_reason_while_the_engine_cannot_commit()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(200, (await host.GetAsync("/ready")).Status);
        host.Engine.NotReadyReason = "journal.db: the disk is full";
        var (status, problem) = await host.GetAsync("/ready");
        Assert.Equal((503, "NOT_READY", "journal.db: the disk is full"),
            (status, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));
        Assert.Equal(200, (await host.GetAsync("/alive")).Status);
    }

    [Fact]
    public async Task A_capture_is_started_and_stopped_with_an_audit_line_for_every_state()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, capture) = await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/start", host.Token);
        Assert.Equal((200, "running", 7), (status, capture.GetProperty("state").GetString(), capture.GetProperty("frames").GetInt32()));
        Assert.Equal("disabled",
            (await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/stop", host.Token)).Body.GetProperty("state").GetString());
        var outcomes = (await File.ReadAllLinesAsync(host.AuditPath, TestContext.Current.CancellationToken))
            .Where(l => l.Contains("capture.state", StringComparison.Ordinal)).Select(l => l.Split("\"outcome\":\"")[1].Split('"')[0]);
        Assert.Equal(["starting", "running", "stopping", "disabled"], outcomes);
        Assert.True(AuditLog.Verify(host.AuditPath).IsIntact);
    }

    [Fact]
    public async Task A_source_whose_name_is_a_path_is_named_with_escaped_slashes_and_unknown_ones_are_404()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, "/admin/capture/captures%2Fa.pcap/start", host.Token)).Status);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth9/start", host.Token)).Status);
        Assert.Equal(2, (await host.GetAsync("/admin/capture")).Body.GetArrayLength());
    }

    [Theory]
    [InlineData("CAPTURE_PERMISSION_DENIED", 403)]
    [InlineData("CAPTURE_UNAVAILABLE", 503)]
    public async Task A_capture_that_cannot_start_is_a_problem_with_the_code_and_the_hint(string code, int expected)
    {
        await using var host =
            await ApiHost.StartAsync(arrange: engine => engine.Opens = _ => throw new CaptureException(code, "eth0: what to do"));
        var (status, problem) = await host.SendAsync(HttpMethod.Post, "/admin/capture/live:eth0/start", host.Token);
        Assert.Equal((expected, code, "eth0: what to do"),
            (status, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));
        var (_, list) = await host.GetAsync("/admin/capture");
        Assert.Equal(("disabled", "eth0: what to do"),
            (list[0].GetProperty("state").GetString(), list[0].GetProperty("problem").GetString()));
        var denied = (await File.ReadAllTextAsync(host.AuditPath, TestContext.Current.CancellationToken))
            .Contains(AuditEvents.CaptureDenied, StringComparison.Ordinal);
        Assert.Equal(expected == 403, denied);
    }

    [Fact]
    public async Task Shutdown_is_accepted_and_passed_on()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(202, (await host.SendAsync(HttpMethod.Post, "/admin/shutdown", host.Token)).Status);
        Assert.Equal("POST /admin/shutdown", host.ShutdownReason);
    }

    [Fact]
    public async Task Metrics_show_our_meters_as_prometheus_text()
    {
        await using var host = await ApiHost.StartAsync();
        using var meter = new System.Diagnostics.Metrics.Meter("ActorFingerprint.Test");
        meter.CreateCounter<long>("af.test.frames", "{frame}", "Frames.").Add(3, new KeyValuePair<string, object?>("reason", "a\"b"));
        meter.CreateHistogram<double>("af.test.duration", "s").Record(0.002);
        var text = await host.GetTextAsync("/metrics");
        Assert.Contains("# TYPE af_test_frames_total counter\naf_test_frames_total{reason=\"a\\\"b\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("af_test_duration_seconds_bucket{le=\"0.001\"} 0\naf_test_duration_seconds_bucket{le=\"0.005\"} 1\n", text,
            StringComparison.Ordinal);
        Assert.Contains("af_test_duration_seconds_count 1\n", text, StringComparison.Ordinal);
    }
}
