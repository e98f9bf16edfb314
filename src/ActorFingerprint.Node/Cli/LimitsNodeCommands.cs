using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp limits check, state, unblock, rotate</c>: clients of the running node.</summary>
internal static class LimitsNodeCommands
{
    public static Command Check(CliContext context)
    {
        var (asked, folder) = (new LimitsContext(), StoreOption.Create());
        var command = new DocumentedCommand("check", "Asks whether an attempt may go on. Asks the running node.", """
            Examples:
              actorfp limits check --policy login --ip 198.51.100.7 --account 5f1c --user-agent 'Mozilla/5.0 …'
              actorfp limits check --policy otp --ip 2001:db8::7 --account 5f1c --session 9a41 --trusted --json

            Talks to the node (http.bind, http.port) with a decider's token of its folder. No attempt is counted, but the question itself is
            seen, as any check is: 'limits state' changes nothing. Exits 0 on ALLOW, 1 on SOFT_BLOCK and HARD_BLOCK.
            """) { folder };
        asked.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var question = asked.Read(parsed);
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder), Role.Decider);
            var answer = await node.PostAsync(
                "api/limits/check", question, ApiJson.Default.LimitQuestion, ApiJson.Default.LimitAnswer, stop);
            if (parsed.GetValue(context.Json)) context.Console.Out.WriteLine(JsonSerializer.Serialize(answer, ApiJson.Default.LimitAnswer));
            else context.Console.Out.WriteLine(Describe(answer));
            return answer.Decision == "ALLOW" ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return command;
    }

    public static Command State(CliContext context)
    {
        var (asked, folder) = (new LimitsContext(), StoreOption.Create());
        var command = new DocumentedCommand(
            "state", "Shows scores, blocks, budget and breaker of one context; changes nothing. Asks the running node.", """
            Example:
              actorfp limits state --policy login --ip 198.51.100.7 --account 5f1c --user-agent 'Mozilla/5.0 …'

            Talks to the node (http.bind, http.port) with a decider's token of its folder. A key without a row has nothing stored:
            K1 address, K2 address and browser, K3 device on the address, K4 account, K5 device of the account.
            """) { folder };
        asked.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var question = asked.Read(parsed);
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder), Role.Decider);
            var state = await node.GetAsync("api/limits/state" + LimitsContext.QueryOf(question), ApiJson.Default.LimitState, stop);
            if (parsed.GetValue(context.Json)) context.Console.Out.WriteLine(JsonSerializer.Serialize(state, ApiJson.Default.LimitState));
            else Write(context.Console, state);
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command Unblock(CliContext context)
    {
        var (asked, folder) = (new LimitsContext(), StoreOption.Create());
        var command = new DocumentedCommand("unblock", "Lifts the blocks of one context; scores stay. Asks the running node.", """
            Example:
              actorfp limits unblock --policy login --ip 198.51.100.7 --account 5f1c

            Talks to the node (http.bind, http.port) with an admin's token of its folder. The audit log keeps that it was done, not for
            whom.
            """) { folder };
        asked.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var question = asked.Read(parsed);
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder));
            var done = await node.PostAsync(
                "admin/limits/unblock", question, ApiJson.Default.LimitQuestion, ApiJson.Default.LimitUnblocked, stop);
            context.Console.Out.WriteLine(parsed.GetValue(context.Json)
                ? JsonSerializer.Serialize(done, ApiJson.Default.LimitUnblocked)
                : string.Create(CultureInfo.InvariantCulture, $"{done.Unblocked} unblocked"));
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command Rotate(CliContext context)
    {
        var which = Declare.ValueOr("--which", "secret", "both", "outer (keys), fingerprint, or both.");
        which.AcceptOnlyFromAmong("outer", "fingerprint", "both");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("rotate", "Exchanges the limiter's secrets. Asks the running node.", """
            Examples:
              actorfp limits rotate
              actorfp limits rotate --which fingerprint

            Talks to the node (http.bind, http.port) with an admin's token of its folder. Blocks, scores and budgets stay. The secret before
            is kept for 24 h, and a second rotation within them is refused.
            """) { which, folder };
        command.SetAction(async (parsed, stop) =>
        {
            var kind = parsed.GetValue(which);
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder));
            var done = await node.PostAsync(
                "admin/limits/rotate", new LimitRotation(kind), ApiJson.Default.LimitRotation, ApiJson.Default.StatusResource, stop);
            context.Console.Out.WriteLine(parsed.GetValue(context.Json)
                ? JsonSerializer.Serialize(done, ApiJson.Default.StatusResource)
                : $"{kind}: rotated; the previous one is read for 24 h");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Describe(LimitAnswer answer)
    {
        var text = answer.Decision == "ALLOW"
            ? answer.Decision
            : string.Create(CultureInfo.InvariantCulture, $"{answer.Decision} L{answer.Level}, retry after {answer.RetryAfter} s");
        if (answer.Reasons.Count > 0) text += ": " + string.Join(", ", answer.Reasons);
        return $"{text} ({answer.Mode}, confidence {answer.Confidence}{(answer.Ephemeral ? ", ephemeral" : "")})";
    }

    private static void Write(CliConsole console, LimitState state)
    {
        var table = new TextTable("key", "score", "block", "remaining", "hard cycles in 6 h");
        foreach (var (name, key) in (ReadOnlySpan<(string, LimitKeyState?)>)
            [("K1", state.K1), ("K2", state.K2), ("K3", state.K3), ("K4", state.K4), ("K5", state.K5)])
        {
            if (key is null) continue;
            var (block, remaining) = key.Level == 0 ? ("", "") : ($"L{Number(key.Level)}", $"{Number(key.RemainingSeconds)} s");
            table.Add(name, Number(key.Score), block, remaining, Number(key.HardCycles));
        }
        table.Write(console.Out, console.IsOutTerminal);
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"budget {state.BudgetCount} for {state.BudgetRemainingSeconds} s, cooldown {state.CooldownSeconds} s")
            + $", breaker {state.Breaker}");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
