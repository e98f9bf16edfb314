using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp journal …</c>: what the event log holds, and whether it is sound.</summary>
internal static class JournalCommand
{
    public static Command Create(CliContext context) => new("journal", "Looks into the journal, checks, copies and replays it.")
    {
        Statistics(context), Inspect(context), Verify(context), JournalCopyCommands.Export(context), JournalCopyCommands.Import(context),
            JournalReplayCommand.Create(context), DeadLetterCommands.Create(context),
    };

    private static DocumentedCommand Statistics(CliContext context)
    {
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("stats", "Counts and sizes. Opens the store read-only.",
            "Example:\n  actorfp journal stats --json") { folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            var found = await store.StatisticsAsync(stop);
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(found, CliJson.Default.StoreStatistics));
                return ExitCodes.Ok;
            }
            var table = new TextTable("store", found.Folder);
            table.Add("events", Number(found.Events));
            table.Add("last ordering", Number(found.LastOrdering));
            table.Add("entities", Number(found.Entities));
            table.Add("snapshots", Number(found.Snapshots));
            table.Add("devices", Number(found.Devices));
            table.Add("runs", Number(found.Runs));
            table.Add("shards", Number(found.Shards));
            table.Add("journal size", Number(found.JournalBytes) + " B");
            table.Add("read side size", Number(found.ProjectionBytes) + " B");
            table.Add("read side is at", Number(found.ProjectionOffset));
            foreach (var (manifest, count) in found.EventsByManifest.OrderBy(m => m.Key, StringComparer.Ordinal)) table.Add(manifest,
                Number(count));
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Inspect(CliContext context)
    {
        var device = Declare.Value<string>("--device", "device", "Only events of this device.");
        var after = Declare.ValueOr("--after", "n", 0L, "Only events after this ordering.");
        var limit = Declare.ValueOr("--limit", "n", 100, "Events at most.");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("inspect", "Prints stored events. Opens the store read-only.", """
            Examples:
              actorfp journal inspect --device aa:bb:cc:00:11:22
              actorfp journal inspect --after 1000 --limit 10 --json
            """) { device, after, limit, folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            if (parsed.GetValue(limit) < 1) throw new UsageException("--limit is 1 or more");
            DeviceKey? only = parsed.GetValue(device) is { } text ? DeviceArgument.Parse(text) : null;
            var events = store.ReadAsync(parsed.GetValue(after), only, stop).Take(parsed.GetValue(limit));
            if (parsed.GetValue(context.Json))
            {
                await foreach (var stored in events)
                    context.Console.Out.WriteLine(JsonSerializer.Serialize(ResourceOf(stored), CliJson.Default.StoredEventResource));
                return ExitCodes.Ok;
            }
            var table = new TextTable("ordering", "entity", "#", "manifest", "event");
            await foreach (var stored in events)
                table.Add(Number(stored.Ordering), Short(stored.PersistenceId), Number(stored.SequenceNumber), stored.Manifest,
                    Encoding.UTF8.GetString(stored.Payload.Span));
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Verify(CliContext context)
    {
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("verify",
            "Checks checksums, sequences and read side. Opens the store read-only. Exits 1 when something is wrong.",
            "Example:\n  actorfp journal verify") { folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            var found = await ProgressBar.CountAsync(context, "events checked", progress => store.VerifyAsync(progress, stop));
            if (parsed.GetValue(context.Json))
                context.Console.Out.WriteLine(JsonSerializer.Serialize(found, CliJson.Default.StoreVerification));
            else
            {
                foreach (var problem in found.Problems) context.Console.Out.WriteLine(TerminalText.Escape(problem));
                context.Console.Out.WriteLine($"{Number(found.Events)} events and {Number(found.Snapshots)} snapshots checked: "
                    + (found.Problems.Count == 0 ? "sound" : $"{Number(found.Problems.Count)} problems"));
            }
            return found.Problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failure;
        }, stop));
        return command;
    }

    private static StoredEventResource ResourceOf(StoredEvent stored) => new(
        stored.Ordering, stored.PersistenceId, stored.SequenceNumber, stored.Manifest,
        DateTime.UnixEpoch.AddMilliseconds(stored.CreatedMs), JsonElement.Parse(stored.Payload.Span));

    private static string Short(string persistenceId) => persistenceId.Length <= 20 ? persistenceId : persistenceId[..19] + "…";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
