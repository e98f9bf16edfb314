using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Node.Http;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

/// <summary><c>limits check, state, unblock, rotate</c> against a node.</summary>
public sealed class LimitsNodeCommandSpecs : IAsyncLifetime
{
    private readonly CliHarness _cli = new();
    private readonly TemporaryFolder _folder = new();
    private LimiterService _limiter = null!;
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new ActorFingerprintOptions
        {
            Node = new NodeOptions { Folder = _folder.Path },
            Limiter = new LimiterOptions { Enabled = true, Shards = 2 },
        };
        _limiter = LimiterService.Start(options, new InMemoryJournal(keepEvents: true), TimeProvider.System)!;
        _host = await ApiHost.StartAsync(arrange: engine => engine.Limiter = _limiter);
    }

    [Fact]
    public async Task Check_says_allow_and_exits_0()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("check", "--ip", "198.51.100.7", "--account", "blind"));
        Assert.Equal("ALLOW (NORMAL, confidence LOW)\n", _cli.Out);
    }

    [Fact]
    public async Task A_block_shows_in_check_and_state_and_unblock_lifts_it()
    {
        await BlockAsync();
        Assert.Equal(ExitCodes.Failure, await RunAsync("check", "--ip", "198.51.100.7", "--account", "blind", "--client-hints", """{"tz":"+60"}"""));
        Assert.Matches("^HARD_BLOCK L2, retry after [56][0-9] s: active_block \\(NORMAL, confidence MEDIUM\\)\n$", _cli.Out);

        Assert.Equal(ExitCodes.Ok, await RunAsync("state", "--ip", "198.51.100.7", "--account", "blind", "--client-hints", """{"tz":"+60"}"""));
        Assert.Matches("K4 +9 +L2 +[56][0-9] s +1\n", _cli.Out);
        Assert.Contains("budget 3 for ", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await RunAsync("state", "--json", "--ip", "198.51.100.7", "--account", "blind"));
        Assert.Equal(9, JsonElement.Parse(_cli.Out).GetProperty("k4").GetProperty("score").GetInt32());

        Assert.Equal(ExitCodes.Ok, await RunAsync("unblock", "--ip", "198.51.100.7", "--account", "blind"));
        Assert.Equal("1 unblocked\n", _cli.Out);
        Assert.Equal(ExitCodes.Ok, await RunAsync("check", "--json", "--ip", "198.51.100.7", "--account", "blind"));
        Assert.Equal("ALLOW", JsonElement.Parse(_cli.Out).GetProperty("decision").GetString());
        Assert.Contains("limits unblock login 1", await File.ReadAllTextAsync(_host.AuditPath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_exchanges_secrets_once_in_24_hours()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("rotate"));
        Assert.Equal("both: rotated; the previous one is read for 24 h\n", _cli.Out);
        Assert.Equal(ExitCodes.Node, await RunAsync("rotate", "--which", "outer"));
        Assert.Matches("^actorfp: the node refuses: the previous secrets must be kept for 24 h: rotate again after \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ\n$", _cli.Error);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "--ip is missing: name the address of the client, such as --ip 198.51.100.7", "check", "--account", "blind")]
    [InlineData(ExitCodes.Usage, "--client-hints: this is no JSON: write an object, such as '{\"tz\":\"+60\"}'", "check", "--ip", "198.51.100.7", "--client-hints", "tz")]
    [InlineData(ExitCodes.Node, "the node refuses: ip is not an IPv4 or IPv6 address", "state", "--ip", "198.51.100")]
    [InlineData(ExitCodes.Node, "the node refuses: policy is not one of: api_heavy, login, otp", "unblock", "--ip", "198.51.100.7", "--policy", "sudo")]
    [InlineData(ExitCodes.Usage, "--which neither: write one of outer, fingerprint, both", "rotate", "--which", "neither")]
    public async Task What_cannot_be_meant_is_one_line(int code, string line, params string[] arguments)
    {
        Assert.Equal(code, await RunAsync(arguments));
        Assert.Equal($"actorfp: {line}", _cli.Error.Split('\n')[0]);
    }

    [Fact]
    public async Task A_node_whose_limiter_is_off_says_how_to_have_one()
    {
        _host.Engine.Limiter = null;
        Assert.Equal(ExitCodes.Node, await RunAsync("check", "--ip", "198.51.100.7"));
        Assert.Equal("actorfp: the node refuses: the limiter of this node is off: set limiter.enabled = true\n", _cli.Error);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("state")]
    [InlineData("unblock")]
    [InlineData("rotate")]
    public async Task Without_a_node_or_a_token_one_line_says_what_to_do(string command)
    {
        string[] context = command == "rotate" ? [] : ["--ip", "198.51.100.7"];
        Assert.Equal(ExitCodes.Node, await _cli.RunAsync(["limits", command, .. context, "--set", "http.port=1", "--folder", _cli.Folder]));
        Assert.Equal("actorfp: no node answers at http://127.0.0.1:1/: start one with 'actorfp run'\n", _cli.Error);
        Assert.Equal(ExitCodes.Node, await _cli.RunAsync(
            ["limits", command, .. context, "--set", $"http.port={_host.Client.BaseAddress!.Port}", "--folder", _cli.File("elsewhere")]));
        Assert.Equal($"actorfp: no token for this in {_cli.File("elsewhere")}/token: name the node's folder with --folder\n", _cli.Error);
    }

    [Fact]
    public async Task Policies_shows_what_the_configuration_adds_and_the_profile()
    {
        await File.WriteAllTextAsync(
            _cli.File("own.conf"), "limiter { profile = [slowBreaker], policies.strict { from = login, auth { k4 = [4, 6, 9], k5 = [10, 16, 24] } } }",
            TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("limits", "policies", "--config", _cli.File("own.conf")));
        Assert.Contains("K4 4/6/9 K5 10/16/24", _cli.Out, StringComparison.Ordinal);
        Assert.EndsWith("profile: reference with slowBreaker\n", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("limits", "policies", "--json", "--config", _cli.File("own.conf")));
        Assert.Contains("\"switches\":[\"slowBreaker\"]", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_refuses_one_that_cannot_be_registered()
    {
        await File.WriteAllTextAsync(_cli.File("own.conf"), "limiter.policies.mine.auth.k4 = [5, 8, 12]\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("limits", "policies", "--config", _cli.File("own.conf")));
        Assert.Equal(3, _cli.Error.Split('\n').Count(l => l.Contains("own.conf(1): limiter.policies.mine: ", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _limiter.DisposeAsync();
        _folder.Dispose();
        _cli.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) => _cli.RunAsync([
        "limits", .. arguments, "--set", $"http.port={_host.Client.BaseAddress!.Port}",
        "--set", $"http.token-file={Path.Combine(Path.GetDirectoryName(_host.AuditPath)!, "token")}"]);

    private async Task BlockAsync()
    {
        const string body = """{"policy":"login","ip":"198.51.100.7","accountId":"blind","clientHints":{"tz":"+60"}}""";
        for (var i = 0; i < 3; i++) await _host.SendAsync(HttpMethod.Post, "/api/limits/failure", _host.Token, body);
    }
}
