using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Persistence.Fingerbank;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp db cache …</c>: the answers of the Fingerbank API that were kept.</summary>
internal static class CacheCommand
{
    public static Command Create(CliContext context) =>
        new("cache", "Shows and clears the answers of the Fingerbank API that were kept.") { Info(context), Clear(context) };

    private static DocumentedCommand Info(CliContext context)
    {
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("info", "What the cache holds, and what may still be asked. Reads only, also beside a running node.",
            "Example:\n  actorfp db cache info --json") { folder };
        command.SetAction(parsed =>
        {
            var options = StoreOption.Options(context, parsed, folder);
            var info = FingerbankInfo.Read(StoreFolder.Of(options.Node.Folder), context.Time);
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(info, CliJson.Default.FingerbankInfo));
                return ExitCodes.Ok;
            }
            var (used, limits) = (info.Requests, options.Fingerbank.Limits);
            var table = new TextTable("cache", info.File);
            table.Add("answers about devices", Number(info.Statistics.Answers));
            table.Add("of them: the API knows nothing", Number(info.Statistics.Negative));
            table.Add("answers about DHCP lists", Number(info.Statistics.Common));
            table.Add("hits", Number(info.Statistics.Hits));
            table.Add("misses", Number(info.Statistics.Misses));
            table.Add("expired", Number(info.Statistics.Expired));
            table.Add("damaged rows dropped", Number(info.Statistics.Corrupt));
            table.Add("last sync", info.LastSync?.ToString("u", CultureInfo.InvariantCulture) ?? "never");
            table.Add("asked in the last hour", $"{Number(used.Hour)}, {Number(Math.Max(0, limits.PerHour - used.Hour))} left");
            table.Add("asked in the last day", $"{Number(used.Day)}, {Number(Math.Max(0, limits.PerDay - used.Day))} left");
            table.Add("asked in the last 31 days", $"{Number(used.Month)}, {Number(Math.Max(0, limits.PerMonth - used.Month))} left");
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static DocumentedCommand Clear(CliContext context)
    {
        var yes = Declare.Flag("--yes", "Does not ask.", "-y");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("clear", "Removes every answer that was kept. No node may be running on the store.", """
            Example:
              actorfp db cache clear

            What was asked still counts against the limits. The seed is put back.
            """) { yes, folder };
        command.SetAction(async (parsed, stop) =>
        {
            var options = StoreOption.Options(context, parsed, folder);
            var store = StoreFolder.Of(options.Node.Folder);
            FingerbankInfo.ThrowUnlessThere(store);
            Confirmation.Ask(
                context.Console, parsed.GetValue(yes), $"Remove every answer kept in {store.Fingerbank}? They must then be asked for again.");
            using var alone = StoreLock.Take(store);
            await using var cache = await FingerbankCache.OpenAsync(store, options.Fingerbank.Ttl, context.Time);
            var removed = await cache.ClearAsync(stop);
            using var audit = AuditLog.Open(Path.Combine(store.Path, NodeHost.AuditFileName), context.Time);
            audit.Append(new AuditEntry(AuditEvents.Cleared, "cli", "ok")
            {
                Source = "fingerbank",
                Detail = removed.ToString(CultureInfo.InvariantCulture),
            });
            context.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actorfp: {removed:N0} answers removed"));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
