using System.Net;
using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

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
