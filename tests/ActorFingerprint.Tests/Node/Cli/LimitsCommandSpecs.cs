using ActorFingerprint.Node.Cli;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

public sealed class LimitsCommandSpecs : IDisposable
{
    private readonly CliHarness _cli = new();

    [Fact]
    public async Task Simulate_runs_every_scenario_of_ours_and_says_so()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "data", "limits"), "*.json");
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync(["limits", "simulate", .. files]));
        Assert.Contains(" PASS ", _cli.Out, StringComparison.Ordinal);
        Assert.EndsWith(" 0 failed\n", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_passes_the_shared_corpora()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are not here");
        var folder = Path.Combine(Repository.Shared!, "corpus", "limiter");
        Assert.Equal(
            ExitCodes.Ok,
            await _cli.RunAsync("limits", "simulate", Path.Combine(folder, "scenarios.json"), Path.Combine(folder, "traces.json")));
        Assert.EndsWith(" 0 failed\n", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_exits_1_and_names_the_step_that_failed()
    {
        var file = _cli.File("one.json");
        await File.WriteAllTextAsync(file, """
            {"format":{}, "scenarios":[{"id":"Z1","steps":[
              {"at":0,"cmd":"check","policy":"login","ip":"198.51.100.1","ua":"chrome/1","account":"a","device":{"fp":"A"},
               "expect":{"decision":"HARD_BLOCK","level":2}}]}]}
            """, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("limits", "simulate", file));
        Assert.Contains("Z1#0 FAIL HARD_BLOCK L2 / ALLOW L0 0s NORMAL", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_exits_1_when_a_file_cannot_be_read()
    {
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("limits", "simulate", _cli.File("missing.json")));
        Assert.Equal($"actorfp: {_cli.File("missing.json")}: no such file\n", _cli.Error);
        Assert.DoesNotContain("missing.json", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeline_draws_instead_of_listing()
    {
        var file = Path.Combine(Repository.Root, "tests", "data", "limits", "scores.json");
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("limits", "simulate", file, "--timeline"));
        Assert.Contains("┊", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(" PASS ", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_a_scenario_cannot_move_the_cursor()
    {
        var file = _cli.File("evil.json");
        await File.WriteAllTextAsync(file, """
            {"format":{}, "scenarios":[{"id":"Z\u001b[2J","steps":[
              {"at":0,"cmd":"check","policy":"login","ip":"198.51.100.1","ua":"chrome/1","account":"a","device":{"fp":"A"},
               "expect":{"decision":"ALLOW"}}]}]}
            """, TestContext.Current.CancellationToken);
        await _cli.RunAsync("limits", "simulate", file);
        Assert.DoesNotContain('\e', _cli.Out);
        Assert.Contains(@"Z\x1B[2J", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("login", "K4 5/8/12")]
    [InlineData("otp", "K4 4/7/10")]
    [InlineData("api_heavy", "K2 120 K3 300 K1 600 per min")]
    public async Task Policies_lists_the_presets_with_their_numbers(string policy, string levels)
    {
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("limits", "policies"));
        var row = _cli.Out.Split('\n').Single(line => line.StartsWith(policy, StringComparison.Ordinal));
        Assert.Contains(levels, row, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await _cli.RunAsync("limits", "policies", "--json"));
        Assert.Contains($"\"name\":\"{policy}\"", _cli.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _cli.Dispose();
}
