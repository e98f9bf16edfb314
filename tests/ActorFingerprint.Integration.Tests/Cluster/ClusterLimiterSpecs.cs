using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>The limiter on three nodes: its scenarios, the loss of a node, and a restart of all of them one after the other.</summary>
public sealed class ClusterLimiterSpecs(SharedPostgres postgres, SharedRabbit rabbit) : IDisposable
{
    private const string Limiter = """
        limiter {
          enabled = true
          secrets {
            outer = "1111111111111111111111111111111111111111111111111111111111111111"
            fingerprint = "2222222222222222222222222222222222222222222222222222222222222222"
          }
        }
        """;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<string> _wrong = [];
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _account;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scenarios_asked_at_three_nodes_in_turn_get_the_decisions_of_one()
    {
        await using var cluster = await StartAsync();
        using var alone = Alone();
        await alone.StartAsync(Stop);
        await alone.ReadyAsync(Stop);
        var (play, asked, again) = (0, 0, 0);
        foreach (var (name, steps) in LimiterScenarios.Load())
        {
            var (difference, count) = await PlayAsync(cluster.Nodes, alone, steps, play++);
            asked += count;
            if (difference is null) continue;
            again++; // a window or a second may have ended between the two answers
            (difference, count) = await PlayAsync(cluster.Nodes, alone, steps, play++);
            asked += count;
            Assert.True(difference is null, $"{name}: {difference}");
        }
        Write($"{LimiterScenarios.Load().Count} scenarios, {asked} requests at both; {again} played again");
        Assert.True(again <= 2, $"{again} scenarios differed at first");
    }

    [Fact]
    public async Task While_a_node_is_killed_and_comes_back_decisions_are_those_of_the_policy_and_none_fails()
    {
        await using var cluster = await StartAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task[] callers = [.. Enumerable.Range(0, 4).Select(n => CallAsync(cluster.Nodes[1 + n % 2], FailureSemantics, over.Token))];
        await Task.Delay(TimeSpan.FromSeconds(2), Stop);
        await cluster.Nodes[0].KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(8), Stop);
        await cluster.Nodes[0].StartAsync(Stop);
        await cluster.Nodes[0].ReadyAsync(Stop);
        await Task.Delay(TimeSpan.FromSeconds(2), Stop);
        await over.CancelAsync();
        await Task.WhenAll(callers);
        Write(Summary());
        Assert.Empty(_wrong.Take(5));
        Assert.True(_answers.GetValueOrDefault("login NORMAL") > 20, Summary());
    }

    [Fact]
    public async Task A_rolling_restart_fails_no_decision_and_loses_no_observation()
    {
        var captures = await KnownCaptures.MakeAsync(_folder.At("captures"), devices: 20, scale: 1, Stop);
        await using var cluster = await StartAsync(captures.Key);
        PacedFile[] files = [new(captures.PathA, _folder.At("feed-a")), new(captures.PathB, _folder.At("feed-b"))];
        var engines = cluster.Nodes.ToArray();
        TestNode[] sensors = [.. files.Select((file, n) => cluster.Add(n == 0 ? "sensor-a" : "sensor-b", "sensor", file.Folder, "--set", "capture.follow=true"))];
        await Task.WhenAll(sensors.Select(sensor => sensor.StartAsync(Stop)));
        using var fed = new CancellationTokenSource();
        Task[] feeding = [.. files.Select(file => file.GrowAsync(TimeSpan.FromSeconds(45), fed.Token))];
        foreach (var restarted in engines)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            Task[] callers = [.. engines.Where(node => node != restarted).Select(node => CallAsync(node, NoneFails, over.Token))];
            await Task.Delay(TimeSpan.FromSeconds(1), Stop);
            var watch = Stopwatch.StartNew();
            await restarted.StopAsync();
            var stopped = watch.Elapsed;
            await restarted.StartAsync(Stop);
            await restarted.ReadyAsync(Stop);
            Write(string.Create(CultureInfo.InvariantCulture, $"{restarted.Name}: stopped in {stopped.TotalSeconds:F1} s, ready again after {watch.Elapsed.TotalSeconds:F1} s"));
            await Task.Delay(TimeSpan.FromSeconds(1), Stop);
            await over.CancelAsync();
            await Task.WhenAll(callers);
        }
        await Task.WhenAll(feeding);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(300, Stop))
            if ((await JournalContent.ReadAsync(cluster.Store, KnownCaptures.RunOf, Stop)).Packets >= captures.Expected.Packets) break;
        Write(Summary());
        foreach (var node in engines)
            if (!_wrong.IsEmpty) Write($"== {node.Name}\n{node.Log}");
        Assert.Empty(_wrong.Order(StringComparer.Ordinal).Take(5));
        var differences = captures.DifferencesOf(await JournalContent.ReadAsync(cluster.Store, KnownCaptures.RunOf, Stop));
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(5)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Three nodes that own all shards of both regions.</summary>
    private async Task<TestCluster> StartAsync(string? key = null)
    {
        var cluster = await TestCluster.NewAsync(await postgres.ServerAsync(), await rabbit.ServerAsync(), _folder.At("cluster"), key, Limiter);
        for (var n = 1; n <= 3; n++) cluster.Add($"node-{n}", "engine, api");
        await Task.WhenAll(cluster.Nodes.Select(node => node.StartAsync(Stop)));
        foreach (var node in cluster.Nodes)
        {
            await node.ReadyAsync(Stop);
            await TestCluster.OwnedAsync(node, "limiter", Stop);
            await TestCluster.OwnedAsync(node, "device", Stop);
        }
        return cluster;
    }

    private TestNode Alone()
    {
        var folder = Directory.CreateDirectory(_folder.At("alone")).FullName;
        var port = ServerProcess.FreePort();
        File.WriteAllText(Path.Combine(folder, "node.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            {{Limiter}}
            node { name = alone, folder = "{{folder}}/data" }
            http.port = {{port}}
            """));
        return new TestNode("alone", folder, port, 0, []);
    }

    /// <summary>Plays a scenario at both, request by request at the same time; the first difference, or null, and how many were asked.</summary>
    private static async Task<(string? Difference, int Asked)> PlayAsync(IReadOnlyList<TestNode> nodes, TestNode alone, JsonElement steps, int play)
    {
        var asked = 0;
        foreach (var question in LimiterScenarios.Questions(steps, play))
        {
            var node = nodes[asked++ % nodes.Count];
            var (one, several) = (AskAsync(alone, question), AskAsync(node, question));
            var (expected, found) = (await one, await several);
            if (!AreSame(expected, found))
                return ($"request {asked} {question.Path} {question.Body.ToJsonString()} at {node.Name}:\n  alone   {expected}\n  cluster {found}", asked);
        }
        return (null, asked);
    }

    /// <summary>The same but for times, which may be a second or two apart.</summary>
    private static bool AreSame(JsonElement one, JsonElement other)
    {
        var names = one.EnumerateObject().Select(p => p.Name).Union(other.EnumerateObject().Select(p => p.Name));
        return names.All(name => one.TryGetProperty(name, out var a) && other.TryGetProperty(name, out var b)
            && (name is "retryAfter" or "resetAt" && a.ValueKind == JsonValueKind.Number && b.ValueKind == JsonValueKind.Number
                ? Math.Abs(a.GetInt64() - b.GetInt64()) <= 2
                : a.GetRawText() == b.GetRawText()));
    }

    private static async Task<JsonElement> AskAsync(TestNode node, LimiterQuestion question)
    {
        using var answer = await node.Client.PostAsJsonAsync(question.Path, question.Body, Stop);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    /// <summary>Asks one node for decisions about accounts and an API, one after the other, and has each answer judged.</summary>
    private async Task CallAsync(TestNode node, Func<string, JsonElement, string?> judge, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var n = Interlocked.Increment(ref _account);
            var ip = string.Create(CultureInfo.InvariantCulture, $"10.{n >> 14 & 255}.{n >> 6 & 255}.{n << 2 & 255}");
            foreach (var (command, policy) in ((string, string)[])[("check", "login"), ("failure", "login"), ("check", "otp"), ("access", "api_heavy"), ("check", "login")])
            {
                var body = new JsonObject
                {
                    ["policy"] = policy,
                    ["ip"] = ip,
                    ["userAgent"] = "firefox/130",
                    ["sessionDeviceId"] = string.Create(CultureInfo.InvariantCulture, $"device-{n}"),
                };
                if (policy != "api_heavy") body["accountId"] = string.Create(CultureInfo.InvariantCulture, $"account-{n}");
                var watch = Stopwatch.StartNew();
                string? wrong;
                try
                {
                    using var answer = await node.Client.PostAsJsonAsync($"api/limits/{command}", body, Stop);
                    if (answer.StatusCode != HttpStatusCode.OK) wrong = $"status {(int)answer.StatusCode}";
                    else
                    {
                        var decision = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
                        _answers.AddOrUpdate($"{policy} {decision.GetProperty("mode").GetString()}", 1, (_, count) => count + 1);
                        wrong = judge(policy, decision);
                    }
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !Stop.IsCancellationRequested)
                {
                    wrong = error.Message;
                }
                _milliseconds.Add(watch.Elapsed.TotalMilliseconds);
                if (wrong is null && watch.Elapsed > Longest) wrong = "too late";
                if (wrong is not null)
                    _wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss.fff} {node.Name} {command} {policy} after {watch.ElapsedMilliseconds} ms: {wrong}"));
            }
        }
    }

    /// <summary>AF-1 §14: accounts closed, APIs open, under local caps once the breaker is open.</summary>
    private static string? FailureSemantics(string policy, JsonElement answer)
    {
        var (mode, decision) = (answer.GetProperty("mode").GetString(), answer.GetProperty("decision").GetString());
        return (mode, policy) switch
        {
            ("NORMAL", _) => null,
            ("FAIL_CLOSED", not "api_heavy") => decision == "HARD_BLOCK" ? null : $"closed, and yet {answer}",
            ("FAIL_OPEN", "api_heavy") => decision == "ALLOW" ? null : $"open, and yet {answer}",
            ("DEGRADED", _) => decision == "ALLOW" || answer.GetProperty("reasons").ToString().Contains("local_cap", StringComparison.Ordinal) ? null : $"no local cap: {answer}",
            _ => $"not the policy's answer: {answer}",
        };
    }

    private static string? NoneFails(string policy, JsonElement answer) => answer.GetProperty("mode").GetString() == "NORMAL" ? null : $"{answer}";

    private string Summary()
    {
        var times = _milliseconds.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"answers: {string.Join(", ", _answers.OrderBy(a => a.Key).Select(a => $"{a.Key} {a.Value}"))}; wrong: {_wrong.Count}; "
            + $"median {times[times.Length / 2]:F1} ms, p99 {times[times.Length * 99 / 100]:F1} ms, longest {times[^1]:F0} ms");
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
