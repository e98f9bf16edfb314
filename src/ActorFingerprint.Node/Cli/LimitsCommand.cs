using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Simulation;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp limits</c>: the limiter of the running node, and what can be known of it without one.</summary>
internal static class LimitsCommand
{
    public static Command Create(CliContext context) =>
        new("limits", "The device-aware limiter: asks the running node, lists policies, tries them out.")
        {
            LimitsNodeCommands.Check(context), LimitsNodeCommands.State(context), LimitsNodeCommands.Unblock(context),
            LimitsNodeCommands.Rotate(context), Policies(context), Simulate(context),
        };

    private static DocumentedCommand Simulate(CliContext context)
    {
        var files = new Argument<string[]>("file") { Description = "Scenario files (JSON).", Arity = ArgumentArity.OneOrMore };
        var timeline = Declare.Flag("--timeline", "Draws score, level and budget over time instead of listing the steps that passed.");
        var command = new DocumentedCommand("simulate", "Runs scenario files against a fresh limiter with a manual clock.", """
            Examples:
              actorfp limits simulate tests/data/limits/scores.json
              actorfp limits simulate mine.json --timeline

            Prints 'id PASS|FAIL expected / actual' for every step and vector, then the totals. Exits 1 when a step failed or a file
            cannot be read. The format is in docs/limiter.md.
            """) { files, timeline };
        command.SetAction(parsed =>
        {
            var runner = new ScenarioRunner();
            var outcome = runner.Run(parsed.GetValue(files)!, new EscapedWriter(context.Console.Out), parsed.GetValue(timeline),
                problem => context.Console.Error.WriteLine($"actorfp: {TerminalText.Escape(problem)}"));
            return outcome == 0 ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return command;
    }

    private static DocumentedCommand Policies(CliContext context)
    {
        var command = new DocumentedCommand("policies", "Lists the policies in force and their numbers. Reads the configuration.", """
            Examples:
              actorfp limits policies
              actorfp limits policies --config /etc/actorfp.conf --json

            Shows login, otp, api_heavy and what limiter.policies adds or changes, and the profile.
            Level L1 is a soft block of 15 s; L2 (60 s), L3 (300 s) and above are hard. docs/limiter.md names the rule behind each number.
            """);
        command.SetAction(parsed =>
        {
            var limiter = context.Load(parsed).Options.Limiter;
            var profile = limiter.ToProfile();
            var all = limiter.ToRegistry().All.Select(p => LimiterPolicyResource.Of(p, profile)).ToArray();
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(all, CliJson.Default.LimiterPolicyResourceArray));
                return ExitCodes.Ok;
            }
            var table = new TextTable("policy", "guards", "levels at", "budget", "churn", "store fails", "degraded");
            foreach (var one in all)
                table.Add(one.Name, one.Guards, one.Levels, one.Budget, Number(one.Churn), one.StoreFails, one.Degraded);
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            context.Console.Out.WriteLine($"profile: {NameOf(profile)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string NameOf(LimiterProfile profile) =>
        profile == LimiterProfile.Reference ? "reference"
        : profile == LimiterProfile.Hardened ? "hardened"
        : "reference with " + string.Join(", ", profile.Names);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A policy of the limiter as a row and in JSON: its numbers in words.</summary>
/// <param name="Name">Its name in requests.</param>
/// <param name="Guards"><c>accounts</c> or <c>api</c>.</param>
/// <param name="Levels">Where levels begin.</param>
/// <param name="Budget">The failure budget; empty for an API.</param>
/// <param name="Churn">Devices on one address and User-Agent that are churn.</param>
/// <param name="StoreFails">The answer while the store fails.</param>
/// <param name="Degraded">Local caps once the breaker is open; empty for none.</param>
/// <param name="Switches">Switches of the hardened profile that are on, for all policies of the node.</param>
internal sealed record LimiterPolicyResource(
    string Name, string Guards, string Levels, string Budget, int Churn, string StoreFails, string Degraded,
    IReadOnlyList<string> Switches)
{
    public static LimiterPolicyResource Of(LimiterPolicy policy, LimiterProfile profile) => new(
        policy.Name, policy.IsAuth ? "accounts" : "api", LevelsOf(policy), BudgetOf(policy.Auth?.Budget), policy.ChurnThreshold,
        policy.OnStoreFailure == StoreFailurePolicy.FailOpen ? "open" : "closed", DegradedOf(policy.Degraded),
        profile.Names);

    private static string LevelsOf(LimiterPolicy policy) => policy switch
    {
        { Auth: { } auth } => string.Join(' ', LevelsOf(auth)),
        { Api: { } api } => string.Create(CultureInfo.InvariantCulture, $"K2 {api.K2Limit} K3 {api.K3Limit} K1 {api.K1Limit} per min"),
        _ => "",
    };

    private static IEnumerable<string> LevelsOf(AuthRules auth)
    {
        (string Name, Thresholds At)[] keys = [("K4", auth.K4), ("K5", auth.K5), ("K1", auth.K1), ("K2", auth.K2), ("K3", auth.K3)];
        return keys.Where(k => !k.At.AreNone)
            .Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Name} {k.At.L1}/{k.At.L2}/{k.At.L3}"));
    }

    private static string BudgetOf(BudgetRule? budget) => budget is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{budget.Threshold} in 24 h: L{budget.Level} once per {budget.CooldownSeconds} s");

    private static string DegradedOf(DegradedRules? rules)
    {
        if (rules is null) return "";
        (string Name, int? Cap)[] caps = [("account", rules.PerAccount), ("address", rules.PerAddress), ("agent", rules.PerAgent)];
        var set = caps.Where(c => c.Cap is not null).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} {c.Cap}"));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", set)} per {rules.WindowSeconds} s");
    }
}
