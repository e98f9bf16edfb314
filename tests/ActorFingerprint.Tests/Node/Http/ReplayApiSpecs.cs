using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

/// <summary><c>/admin/replay</c>: long work that has an id, goes on without its caller, and is begun once.</summary>
public sealed class ReplayApiSpecs
{
    private const string AsOf = """{"mode":"as-of","asOf":"2026-01-31T12:00:00Z"}""";

    [Fact]
    public async Task A_replay_gets_an_id_shows_how_far_it_is_and_then_what_it_found()
    {
        await using var host = await ApiHost.StartAsync();
        using var begun = await host.SendRawAsync(ApiHost.Request(HttpMethod.Post, "/admin/replay", host.Token, AsOf));
        Assert.Equal(202, (int)begun.StatusCode);
        var path = begun.Headers.Location!.ToString();
        var replay = await UntilAsync(host, path, r => r.GetProperty("events").GetInt64() == 40);
        Assert.Equal(("as-of", "running", 100), (Text(replay, "mode"), Text(replay, "state"), replay.GetProperty("eventsTotal").GetInt32()));
        Assert.Equal(409, (await host.GetAsync(path + "/result")).Status);

        host.Engine.Store.ReplayEnd.SetResult();
        replay = await UntilAsync(host, path, HasEnded);
        Assert.Equal(("completed", 2L), (Text(replay, "state"), replay.GetProperty("devices").GetInt64()));
        var (status, result) = await host.GetAsync(path + "/result?limit=1&offset=1");
        Assert.Equal((200, 2), (status, result.GetProperty("total").GetInt32()));
        Assert.Equal(FakeReadModel.Printer.Key, Text(Assert.Single(result.GetProperty("devices").EnumerateArray()), "key"));
        Assert.Equal(["as of 2026-01-31T12:00:00.0000000Z"], host.Engine.Store.Calls);
        Assert.Equal("completed", Text(Assert.Single((await host.GetAsync("/admin/replay")).Body.EnumerateArray()), "state"));
    }

    [Fact]
    public async Task The_same_call_again_gives_the_replay_that_runs_and_another_one_is_refused_meanwhile()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, first) = await BeginAsync(host, AsOf);
        var (status, again) = await BeginAsync(host, AsOf);
        Assert.Equal((200, Text(first, "id")), (status, Text(again, "id")));
        var (busy, problem) = await BeginAsync(host, """{"mode":"rebuild"}""");
        Assert.Equal((409, "REPLAY_RUNNING"), (busy, Text(problem, "code")));
        Assert.Contains(Text(first, "id")!, Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Single(host.Engine.Store.Calls);
    }

    [Fact]
    public async Task A_key_stands_for_one_replay_also_when_that_has_ended()
    {
        await using var host = await ApiHost.StartAsync();
        host.Engine.Store.ReplayEnd.SetResult();
        var (status, first) = await BeginAsync(host, AsOf, "one");
        Assert.Equal(202, status);
        await UntilAsync(host, "/admin/replay/" + Text(first, "id"), HasEnded);
        var (repeated, again) = await BeginAsync(host, AsOf, "\"one\""); // a structured field
        Assert.Equal((200, Text(first, "id")), (repeated, Text(again, "id")));
        Assert.Equal((422, "KEY_REUSED"), CodeOf(await BeginAsync(host, """{"mode":"rebuild"}""", "one")));
        var (other, second) = await BeginAsync(host, AsOf, "two");
        Assert.Equal(202, other);
        Assert.NotEqual(Text(first, "id"), Text(second, "id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("\"\"")]
    public async Task A_key_that_is_none_is_400(string key)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal((400, "INVALID_REQUEST"), CodeOf(await BeginAsync(host, AsOf, key)));
        Assert.Equal((400, "INVALID_REQUEST"), CodeOf(await BeginAsync(host, AsOf, new string('k', 256))));
        Assert.Empty(host.Engine.Store.Calls);
    }

    [Fact]
    public async Task A_replay_is_cancelled_once_and_for_all()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, replay) = await BeginAsync(host, AsOf);
        var path = "/admin/replay/" + Text(replay, "id");
        for (var i = 0; i < 2; i++)
        {
            var (status, cancelled) = await host.SendAsync(HttpMethod.Post, path + "/cancel", host.Token);
            Assert.Equal((200, "cancelled"), (status, Text(cancelled, "state")));
        }
        Assert.Equal((410, "RESULT_GONE"), CodeOf(await host.GetAsync(path + "/result")));
        Assert.Equal(202, (await BeginAsync(host, """{"mode":"rebuild"}""")).Status);
    }

    [Fact]
    public async Task A_rebuild_cannot_be_cancelled_and_says_why()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, replay) = await BeginAsync(host, """{"mode":"rebuild"}""");
        var path = "/admin/replay/" + Text(replay, "id");
        Assert.Equal((409, "NOT_CANCELLABLE"), CodeOf(await host.SendAsync(HttpMethod.Post, path + "/cancel", host.Token)));
        host.Engine.Store.ReplayEnd.SetResult();
        Assert.Equal("completed", Text(await UntilAsync(host, path, HasEnded), "state"));
    }

    [Fact]
    public async Task A_dry_run_without_signatures_is_503_and_a_replay_that_fails_says_no_more_than_it_may()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal((503, "DATABASE_NOT_LOADED"), CodeOf(await BeginAsync(host, """{"mode":"dry-run"}""")));
        host.Engine.Store.ReplayEnd.SetException(new InvalidOperationException("secret inside"));
        var (_, replay) = await BeginAsync(host, AsOf);
        var ended = await UntilAsync(host, "/admin/replay/" + Text(replay, "id"), HasEnded);
        Assert.Equal(("failed", "the node failed at this replay; its log says more"), (Text(ended, "state"), Text(ended, "problem")));
        host.Engine.Store.Fails = new JournalUnavailableException("journal.db: the disk is full");
        Assert.Equal((503, "STORE_UNAVAILABLE"), CodeOf(await BeginAsync(host, AsOf)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mode":"as-of"}""")]
    [InlineData("""{"mode":"as-of","asOf":"yesterday"}""")]
    [InlineData("""{"mode":"rebuild","asOf":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"mode":"Rebuild"}""")]
    [InlineData("""{"mode":"rebuild","force":true}""")]
    public async Task What_cannot_be_meant_is_400(string body)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(400, (await BeginAsync(host, body)).Status);
        Assert.Empty(host.Engine.Store.Calls);
    }

    [Theory]
    [InlineData("GET", "/admin/replay/nothing")]
    [InlineData("GET", "/admin/replay/%2e%2e%2fx")]
    [InlineData("GET", "/admin/replay/nothing/result")]
    [InlineData("POST", "/admin/replay/nothing/cancel")]
    public async Task An_unknown_replay_is_404(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(404, (await host.SendAsync(new HttpMethod(method), path, host.Token)).Status);
    }

    [Fact]
    public async Task Only_the_newest_result_is_kept_and_only_the_last_replays_are_remembered()
    {
        await using var host = await ApiHost.StartAsync();
        host.Engine.Store.ReplayEnd.SetResult();
        var ids = new List<string>();
        for (var hour = 0; hour <= ReplayJobs.MaxJobs; hour++)
        {
            var (_, replay) = await BeginAsync(host, $$"""{"mode":"as-of","asOf":"2026-01-31T{{hour:D2}}:00:00Z"}""");
            ids.Add(Text(replay, "id")!);
            await UntilAsync(host, "/admin/replay/" + ids[^1], HasEnded);
        }
        Assert.Equal(404, (await host.GetAsync("/admin/replay/" + ids[0])).Status);
        Assert.Equal(410, (await host.GetAsync($"/admin/replay/{ids[^2]}/result")).Status);
        Assert.Equal(200, (await host.GetAsync($"/admin/replay/{ids[^1]}/result")).Status);
        Assert.Equal(Enumerable.Reverse(ids).Take(ReplayJobs.MaxJobs),
            (await host.GetAsync("/admin/replay")).Body.EnumerateArray().Select(replay => Text(replay, "id")));
    }

    [Fact]
    public async Task The_audit_log_keeps_who_began_what()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, replay) = await BeginAsync(host, """{"mode":"rebuild"}""");
        Assert.Contains($"\"actor\":\"http:admin\",\"outcome\":\"ok\",\"detail\":\"replay rebuild {Text(replay, "id")}\"", (await host.AuditAsync())[^1],
            StringComparison.Ordinal);
    }

    private static Task<(int Status, JsonElement Body)> BeginAsync(ApiHost host, string body, string? key = null)
    {
        var request = ApiHost.Request(HttpMethod.Post, "/admin/replay", host.Token, body);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return host.SendAsync(request);
    }

    private static async Task<JsonElement> UntilAsync(ApiHost host, string path, Func<JsonElement, bool> holds)
    {
        while (true)
        {
            var (_, replay) = await host.GetAsync(path);
            if (holds(replay)) return replay;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private static bool HasEnded(JsonElement replay) => Text(replay, "state") != "running";

    private static (int, string?) CodeOf((int Status, JsonElement Body) answer) => (answer.Status, Text(answer.Body, "code"));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
