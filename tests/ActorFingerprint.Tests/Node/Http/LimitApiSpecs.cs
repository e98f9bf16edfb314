using System.Net;
using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Engine;
using ActorFingerprint.Tests.Engine.Limiting;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

[Collection(LimiterMetricsCollection.Name)]
public sealed class LimitApiSpecs : IAsyncLifetime
{
    private const string Owner =
        """{"policy":"login","ip":"198.51.100.7","userAgent":"Mozilla/5.0","accountId":"blind-7","clientHints":{"tz":"+60"}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryJournal _journal = new(keepEvents: true);
    private LimiterService _limiter = null!;
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new ActorFingerprintOptions
        {
            Node = new NodeOptions { Folder = _folder.Path },
            Limiter = new LimiterOptions { Enabled = true, Shards = 4 },
        };
        _limiter = LimiterService.Start(options, _journal, TimeProvider.System)!;
        _host = await ApiHost.StartAsync(arrange: engine => engine.Limiter = _limiter);
    }

    [Fact]
    public async Task A_failure_that_blocks_is_still_200_and_has_the_fields_of_the_contract()
    {
        await PostAsync("/api/limits/failure", Owner);
        await PostAsync("/api/limits/failure", Owner);
        var (status, json) = await PostAsync("/api/limits/failure", Owner);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"decision":"HARD_BLOCK","level":2,"retryAfter":60,"mode":"NORMAL","reasons":["score"],"""
            + "\"ephemeral\":false,\"confidence\":\"MEDIUM\"}",
            json.GetRawText());
        Assert.Equal("active_block", (await PostAsync("/api/limits/check", Owner)).Json.GetProperty("reasons")[0].GetString());
    }

    [Fact]
    public async Task A_batch_is_answered_in_order()
    {
        var one = Owner.Insert(1, "\"command\":\"failure\",");
        var (status, json) = await PostAsync("/api/limits/decide", $"{{\"requests\":[{one},{one},{one}]}}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([0, 1, 2], json.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("level").GetInt32()));
    }

    [Theory]
    [InlineData("failure", """{"policy":"nobody","ip":"198.51.100.7"}""")]
    [InlineData("failure", """{"policy":"login","ip":"not an address"}""")]
    [InlineData("failure", """{"policy":"login","ip":"198.51.100.7","accountId":" "}""")]
    [InlineData("access", """{"policy":"api_heavy","ip":"198.51.100.7","cost":0}""")]
    [InlineData("check", """{"policy":"login","ip":"198.51.100.7","clientHints":[1]}""")]
    [InlineData("decide", """{"requests":[]}""")]
    [InlineData("decide", """{"requests":[{"policy":"login","ip":"198.51.100.7","command":"guess"}]}""")]
    public async Task Bad_input_is_a_problem_and_records_nothing(string path, string body)
    {
        var (status, json) = await PostAsync("/api/limits/" + path, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("INVALID_REQUEST", json.GetProperty("code").GetString());
        Assert.Equal(0, _journal.HighestOrdering);
    }

    [Fact]
    public async Task Decisions_need_a_deciders_token_even_from_this_machine()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("/api/limits/check", Owner, token: null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("/api/limits/check", Owner, "0123456789abcdef0123456789")).Status);
    }

    [Fact]
    public async Task State_shows_score_and_block_and_unblock_lifts_it_without_a_name_in_the_audit_log()
    {
        for (var i = 0; i < 3; i++) await PostAsync("/api/limits/failure", Owner);
        const string Query = "?policy=login&ip=198.51.100.7&userAgent=Mozilla/5.0&accountId=blind-7&clientHints={\"tz\":\"%2B60\"}";
        using var response = await _host.Client.SendAsync(
            ApiHost.Request(HttpMethod.Get, "/api/limits/state" + Query, _host.Token), TestContext.Current.CancellationToken);
        var state = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var account = state.GetProperty("k4");
        Assert.Equal((9, 2), (account.GetProperty("score").GetInt32(), account.GetProperty("level").GetInt32()));

        Assert.Equal(1, (await PostAsync("/admin/limits/unblock", Owner)).Json.GetProperty("unblocked").GetInt32());
        Assert.Equal("ALLOW", (await PostAsync("/api/limits/check", Owner)).Json.GetProperty("decision").GetString());
        var audit = await File.ReadAllTextAsync(_host.AuditPath, TestContext.Current.CancellationToken);
        Assert.Contains("limits unblock login 1", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("blind-7", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("198.51.100.7", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_keeps_blocks_and_a_second_one_is_refused()
    {
        for (var i = 0; i < 3; i++) await PostAsync("/api/limits/failure", Owner);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/admin/limits/rotate", """{"which":"both"}""")).Status);
        Assert.Equal("HARD_BLOCK", (await PostAsync("/api/limits/check", Owner)).Json.GetProperty("decision").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("/admin/limits/rotate", """{"which":"outer"}""")).Status);
    }

    [Fact]
    public async Task The_throttle_allows_its_limit_and_tells_when_to_come_back()
    {
        const string body = """{"name":"signup","limit":2,"intervalSeconds":60,"subject":"opaque"}""";
        var first = (await PostAsync("/api/limits/throttle", body)).Json;
        Assert.True(first.GetProperty("allowed").GetBoolean());
        Assert.Equal((1, 0, "NORMAL"),
            (first.GetProperty("remaining").GetInt32(), first.GetProperty("retryAfter").GetInt32(), first.GetProperty("mode").GetString()));
        await PostAsync("/api/limits/throttle", body);
        var third = (await PostAsync("/api/limits/throttle", body)).Json;
        Assert.False(third.GetProperty("allowed").GetBoolean());
        Assert.InRange(third.GetProperty("retryAfter").GetInt32(), 1, 60);
        Assert.InRange(third.GetProperty("resetAt").GetInt64() - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 0, 60);
    }

    [Theory]
    [InlineData("""{"limit":2,"intervalSeconds":60,"subject":"s"}""", "a throttle's name must be 1 to 64 characters and not blank")]
    [InlineData("""{"name":"n","limit":2,"intervalSeconds":60,"subject":" "}""", "a throttle's subject must be 1 to 256 characters and not blank")]
    [InlineData("""{"name":"n","limit":0,"intervalSeconds":60,"subject":"s"}""", "limit must be at least 1, intervalSeconds 1 to 31622400")]
    [InlineData("""{"name":"n","limit":2,"intervalSeconds":60,"subject":"s","cost":0}""", "cost must be 1 to 1000000000")]
    [InlineData("""{"name":"n","subject":"s"}""", "limit and intervalSeconds are missing")]
    public async Task A_throttle_that_cannot_be_meant_is_a_problem(string body, string detail)
    {
        var (status, json) = await PostAsync("/api/limits/throttle", body);
        Assert.Equal((HttpStatusCode.BadRequest, detail), (status, json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Metrics_have_decisions_latency_breaker_and_keys()
    {
        for (var i = 0; i < 3; i++) await PostAsync("/api/limits/failure", Owner);
        using var response = await _host.SendRawAsync(ApiHost.Request(HttpMethod.Get, "/metrics"));
        var text = await ApiHost.TextOfAsync(response);
        Assert.Matches("af_limiter_decisions_total\\{decision=\"HARD_BLOCK\",policy=\"login\",reason=\"score\"\\} [1-9]", text);
        Assert.Contains("af_limiter_decision_duration_seconds_bucket{le=\"0.0001\"}", text, StringComparison.Ordinal);
        Assert.Contains("af_limiter_breaker{policy=\"login\",state=\"closed\"} 1", text, StringComparison.Ordinal);
        Assert.Matches("af_limiter_keys\\{type=\"k4\"\\} [1-9]", text);
        Assert.DoesNotContain("blind-7", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_says_why_the_limiter_is_not()
    {
        var options = new ActorFingerprintOptions
        {
            Node = new NodeOptions { Folder = _folder.Path },
            Limiter = new LimiterOptions { Enabled = true, Shards = 1, Deadline = TimeSpan.FromMilliseconds(500) },
        };
        var journal = new RefusingJournal(_journal, seed: 1, rate: 0);
        await using var limiter = LimiterService.Start(options, journal, TimeProvider.System)!;
        _host.Engine.Limiter = limiter;
        await PostAsync("/api/limits/failure", Owner);
        Assert.Equal(200, (await _host.GetAsync("/ready")).Status);

        journal.Rate = 1;
        Assert.Equal("FAIL_CLOSED", (await PostAsync("/api/limits/failure", Owner)).Json.GetProperty("mode").GetString());
        var (status, problem) = await _host.GetAsync("/ready");
        Assert.Equal((503, "NOT_READY"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(limiter.Region.NotReadyReason, problem.GetProperty("detail").GetString());
        journal.Rate = 0;
    }

    [Fact]
    public async Task Blocks_are_told_on_the_event_stream_without_identifiers()
    {
        using var stream = await _host.SendRawAsync(ApiHost.Request(HttpMethod.Get, "/api/events"), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < 3; i++) await PostAsync("/api/limits/failure", Owner);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line == "event: limiter-block") break;
        var data = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Matches(
            "^data: {\"at\":\"[^\"]+Z\",\"policy\":\"login\",\"decision\":\"(SOFT|HARD)_BLOCK\",\"level\":[12],\"mode\":\"NORMAL\","
            + "\"reasons\":\\[\"score\"\\],\"count\":1}$", data);
        Assert.Equal("", await reader.ReadLineAsync(TestContext.Current.CancellationToken)); // no id: the place in the journal stays
    }

    [Fact]
    public async Task Secrets_of_the_configuration_are_not_exchanged_over_http()
    {
        var options = new ActorFingerprintOptions
        {
            Node = new NodeOptions { Folder = _folder.File("configured") },
            Limiter = new LimiterOptions
            {
                Enabled = true,
                Secrets = new() { Outer = new string('1', 64), Fingerprint = new string('2', 64) },
            },
        };
        await using var configured = LimiterService.Start(options, new InMemoryJournal(keepEvents: true), TimeProvider.System)!;
        _host.Engine.Limiter = configured;
        var (status, json) = await PostAsync("/admin/limits/rotate", """{"which":"both"}""");
        Assert.Equal((HttpStatusCode.Conflict, "SECRETS_CONFIGURED"), (status, json.GetProperty("code").GetString()));
        Assert.False(Directory.Exists(_folder.File("configured"))); // and none are kept beside them
    }

    [Fact]
    public async Task Without_a_limiter_the_paths_say_how_to_have_one()
    {
        _host.Engine.Limiter = null;
        var (status, json) = await PostAsync("/api/limits/check", Owner);
        Assert.Equal((HttpStatusCode.NotFound, "LIMITER_DISABLED"), (status, json.GetProperty("code").GetString()));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _limiter.DisposeAsync();
        _folder.Dispose();
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string body) => PostAsync(path, body, _host.Token);

    private async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string body, string? token)
    {
        using var response = await _host.Client.SendAsync(
            ApiHost.Request(HttpMethod.Post, path, token, body), TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
