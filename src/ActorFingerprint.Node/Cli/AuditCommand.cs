using System.CommandLine;
using System.Text.Json;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp audit verify</c>.</summary>
internal static class AuditCommand
{
    public static Command Create(CliContext context)
    {
        var folder = StoreOption.Create();
        var verify = new DocumentedCommand("verify", "Checks the chain of the audit log. Reads only. Exits 1 when it is broken.", """
            Example:
              actorfp audit verify

            The head it prints is the hash of the last line: compare it with one that you kept elsewhere to see that no line is missing.
            """) { folder };
        verify.SetAction(parsed =>
        {
            var path = Path.Combine(StoreOption.Options(context, parsed, folder).Node.Folder, NodeHost.AuditFileName);
            if (!File.Exists(path)) throw new CommandFailedException(ExitCodes.Store,
                $"{path}: no audit log here; name the folder of a node with --folder");
            var found = AuditLog.Verify(path);
            context.Console.Out.WriteLine(parsed.GetValue(context.Json) ? JsonSerializer.Serialize(found, CliJson.Default.AuditVerification)
                : found.IsIntact ? $"{path}: {found.Lines} lines, intact, head {found.Head}"
                : $"{path}({found.BadLine}): {found.Problem}");
            return found.IsIntact ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return new Command("audit", "Checks the audit log.") { verify };
    }
}
