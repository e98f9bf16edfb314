using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp admin …</c>: looks at the running node and its cluster, and works on them.</summary>
internal static class AdminCommand
{
    public static Command Create(CliContext context) => new("admin", "Looks at the running node and its cluster, and works on them.")
    {
        AdminNodeCommands.Ready(context), AdminClusterCommands.Members(context), AdminClusterCommands.Shards(context),
        AdminClusterCommands.Leave(context), AdminClusterCommands.Down(context), AdminClusterCommands.Rebalance(context),
        AdminNodeCommands.Capture(context), AdminNodeCommands.Drain(context), AdminNodeCommands.Undrain(context),
        AdminNodeCommands.Passivate(context), AdminNodeCommands.Snapshot(context), AdminReplayCommands.Create(context),
        AdminNodeCommands.LogLevel(context), AdminNodeCommands.Shutdown(context),
    };

    /// <summary>Note of commands that change something.</summary>
    public const string NeedsAdmin = "Talks to the node (http.bind, http.port) with an admin's token of its folder. Audited; may be said twice.";

    /// <summary>Note of commands that only look.</summary>
    public const string NeedsReader = "Talks to the node (http.bind, http.port) with a reader's token of its folder.";

    /// <summary>
    /// Has a command ask the node and print the answer: as JSON with <c>--json</c>, else by <paramref name="write"/>. The command gets <c>--folder</c>.
    /// Every start makes all commands, so what JSON needs is only made when it is used.
    /// </summary>
    public static DocumentedCommand Asking<TAnswer>(
        this DocumentedCommand command, CliContext context, Role role, Func<JsonTypeInfo<TAnswer>> type,
        Func<NodeClient, ParseResult, CancellationToken, Task<TAnswer>> ask, Action<CliConsole, TAnswer> write)
    {
        var folder = StoreOption.Create();
        command.Options.Add(folder);
        command.SetAction(async (parsed, stop) =>
        {
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder), role);
            var answer = await ask(node, parsed, stop);
            if (parsed.GetValue(context.Json)) context.Console.Out.WriteLine(JsonSerializer.Serialize(answer, type()));
            else write(context.Console, answer);
            return ExitCodes.Ok;
        });
        return command;
    }
}
