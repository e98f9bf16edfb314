using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp clear --captured</c>.</summary>
internal static class ClearCommand
{
    public static Command Create(CliContext context)
    {
        var captured = Declare.Flag("--captured", "Required. Everything captured: events, snapshots and read side.");
        var yes = Declare.Flag("--yes", "Does not ask.", "-y");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("clear", "Removes captured data from a store, for good. No node may be running on it.", """
            Example:
              actorfp clear --captured

            Configuration, tokens and the audit log stay; pseudonym.key goes, too.
            """) { captured, yes, folder };
        command.SetAction((parsed, stop) =>
        {
            if (!parsed.GetValue(captured)) throw new UsageException("clear: say what to remove: --captured");
            var name = Stores.Name(StoreOption.Options(context, parsed, folder));
            Confirmation.Ask(context.Console, parsed.GetValue(yes), $"Remove everything captured in {name}? This cannot be undone.");
            return StoreOption.WriteAsync(context, parsed, folder, async (store, options) =>
            {
                var devices = await store.ClearAsync(stop);
                using var audit = AuditLog.Open(Path.Combine(options.Node.Folder, NodeHost.AuditFileName), context.Time);
                audit.Append(new AuditEntry(AuditEvents.Cleared, "cli", "ok") { Detail = devices.ToString(CultureInfo.InvariantCulture) });
                context.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actorfp: {devices:N0} devices removed"));
                return ExitCodes.Ok;
            }, stop);
        });
        return command;
    }
}
