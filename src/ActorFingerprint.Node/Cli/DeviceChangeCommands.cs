using System.CommandLine;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>devices label</c> and <c>devices forget</c>: by the running node, or on the store itself with <c>--offline</c>.</summary>
internal static class DeviceChangeCommands
{
    public static Command Label(CliContext context)
    {
        var key = DeviceArgument.Create();
        var label = new Argument<string>("label") { Description = "The name, at most 128 characters; \"\" removes it." };
        var (offline, folder) = (Offline(), StoreOption.Create());
        var command = new DocumentedCommand("label", "Names a device. Asks the running node.", """
            Examples:
              actorfp devices label aa:bb:cc:00:11:22 "Kitchen printer"
              actorfp devices label aa:bb:cc:00:11:22 "" --offline
            """) { key, label, offline, folder };
        command.SetAction(async (parsed, stop) =>
        {
            var device = DeviceArgument.Parse(parsed.GetValue(key)!);
            if (!DeviceLabel.TryParse(parsed.GetValue(label), out var name, out var problem)) throw new UsageException(problem);
            if (parsed.GetValue(offline))
            {
                return await StoreOption.WriteAsync(context, parsed, folder, async (store, options) =>
                    Audited(context, options, store, device, AuditEvents.Labelled, await store.LabelAsync(device, name, stop)), stop);
            }
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder));
            await node.LabelAsync(device, name, stop);
            return ExitCodes.Ok;
        });
        return command;
    }

    public static Command Forget(CliContext context)
    {
        var key = DeviceArgument.Create();
        var yes = Declare.Flag("--yes", "Does not ask.", "-y");
        var (offline, folder) = (Offline(), StoreOption.Create());
        var command = new DocumentedCommand("forget", "Erases a device from every file of the store, for good. Asks the running node.", """
            Examples:
              actorfp devices forget aa:bb:cc:00:11:22
              actorfp devices forget aa:bb:cc:00:11:22 --offline --yes

            Events keep their place in the journal with empty content; the audit log keeps the fact, under a pseudonym.
            """) { key, yes, offline, folder };
        command.SetAction(async (parsed, stop) =>
        {
            var device = DeviceArgument.Parse(parsed.GetValue(key)!);
            Confirmation.Ask(context.Console, parsed.GetValue(yes), $"Erase everything about {device}? This cannot be undone.");
            if (parsed.GetValue(offline))
            {
                return await StoreOption.WriteAsync(context, parsed, folder, async (store, options) =>
                {
                    var erasure = await store.ForgetAsync(device, stop);
                    if (erasure.Remainder is { } remainder) context.Console.Error.WriteLine($"actorfp: {remainder}");
                    return Audited(context, options, store, device, AuditEvents.Erased, erasure.Found);
                }, stop);
            }
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder));
            await node.ForgetAsync(device, stop);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<bool> Offline() => Declare.Flag("--offline", "Opens the store itself; no node may be running on it.");

    private static int Audited(
        CliContext context, ActorFingerprintOptions options, IStoreWriter store, DeviceKey device, string @event, bool found)
    {
        if (!found) throw DeviceArgument.Unknown(device);
        using var audit = AuditLog.Open(Path.Combine(options.Node.Folder, NodeHost.AuditFileName), context.Time);
        audit.Append(new AuditEntry(@event, "cli", "ok") { Subject = store.PersistenceIdOf(device) });
        return ExitCodes.Ok;
    }
}

/// <summary>A question before something that cannot be undone.</summary>
internal static class Confirmation
{
    /// <summary>
    /// Returns after a yes. Throws when the answer is another one, or when nobody can answer and <c>--yes</c> is missing.
    /// </summary>
    public static void Ask(CliConsole console, bool isConfirmed, string question)
    {
        if (isConfirmed) return;
        if (!console.IsInTerminal) throw new UsageException($"{question} Nobody can answer here: add --yes");
        console.Error.Write($"{question} Type yes to go on: ");
        if (console.In.ReadLine()?.Trim() is not ("yes" or "YES" or "Yes")) throw new CommandFailedException(ExitCodes.Failure,
            "nothing was changed");
    }
}
