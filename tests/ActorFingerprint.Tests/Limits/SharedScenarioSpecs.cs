using ActorFingerprint.Limits.Simulation;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>The contract's own scenarios, traces and vectors, and ours.</summary>
public sealed class SharedScenarioSpecs
{
    /// <summary>Steps whose expectation we believe wrong, each with its paragraph. There are none.</summary>
    private static readonly string[] Disputed = [];

    public static TheoryData<string> OwnFiles =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "data", "limits"), "*.json").Select(f => Path.GetFileName(f))];

    [Theory]
    [InlineData("scenarios.json", 51)]
    [InlineData("traces.json", 60)]
    public void Every_step_and_vector_of_the_shared_corpora_passes(string file, int scenarios)
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are not here");
        var loaded = ScenarioFile.Load(Path.Combine(Repository.Shared!, "corpus", "limiter", file));
        var runner = new ScenarioRunner();
        runner.Run(loaded, TextWriter.Null, timeline: false);
        Assert.Equal(scenarios, loaded.Scenarios.Count);
        Assert.True(runner.Passed > 250, $"only {runner.Passed} steps ran");
        Assert.Equal(Disputed, runner.Failed);
    }

    [Theory]
    [MemberData(nameof(OwnFiles))]
    public void Every_scenario_of_ours_passes(string file)
    {
        var output = new StringWriter();
        var runner = new ScenarioRunner();
        var exit = runner.Run([Path.Combine(Repository.Root, "tests", "data", "limits", file)], output, timeline: false);
        Assert.True(exit == 0, output.ToString());
        Assert.True(runner.Passed > 0);
    }

    [Fact]
    public void A_failed_step_is_named_with_expected_and_actual_and_gives_exit_code_1()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("limits").FullName, "one.json");
        File.WriteAllText(path, """
            {"format":{}, "scenarios":[{"id":"Z1","steps":[
              {"at":0,"cmd":"check","policy":"login","ip":"198.51.100.1","ua":"chrome/1","account":"a","device":{"fp":"A"},
               "expect":{"decision":"HARD_BLOCK","level":2}}]}]}
            """);
        var output = new StringWriter();
        Assert.Equal(1, new ScenarioRunner().Run([path], output, timeline: false));
        Assert.Contains("Z1#0 FAIL HARD_BLOCK L2 / ALLOW L0 0s NORMAL", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_file_gives_exit_code_2_and_says_which()
    {
        var output = new StringWriter();
        Assert.Equal(2, new ScenarioRunner().Run(["/nowhere/x.json"], output, timeline: false));
        Assert.Contains("/nowhere/x.json", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeline_draws_score_block_and_budget_of_each_step()
    {
        var output = new StringWriter();
        var file = Path.Combine(Repository.Root, "tests", "data", "limits", "scores.json");
        Assert.Equal(0, new ScenarioRunner().Run([file], output, timeline: true));
        var text = output.ToString();
        Assert.Contains("┊", text, StringComparison.Ordinal);
        Assert.Contains("HARD_BLOCK L2 60s", text, StringComparison.Ordinal);
        Assert.Contains("3/20", text, StringComparison.Ordinal);
        Assert.Contains("more like these", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" PASS ", text, StringComparison.Ordinal);
    }
}
