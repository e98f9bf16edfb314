using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Persistence.Projections;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>journal replay</c>.</summary>
internal static class JournalReplayCommand
{
    public static Command Create(CliContext context)
    {
        var rebuild = Declare.Flag("--rebuild", "Builds the read side anew from the first event; goes on with a rebuild that was cut off. No node may be running.");
        var workers = Declare.Value<int?>("--workers", "n", $"With --rebuild: parts that are built at once, 1 to {ProjectionPartition.MaxParts}. Default: one for each 50,000 events, at most one per processor.");
        var restart = Declare.Flag("--restart", "With --rebuild: begins again, whatever was built before.");
        var asOf = Declare.Value<string>("--as-of", "time", "Prints devices as they were at this time (UTC, frame time). Reads only.");
        var classify = Declare.Flag("--classify", "Prints the devices that today's signatures take for something else than journaled. Reads only.");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("replay", "Replays the journal: rebuilds the read side, shows an earlier state, or asks the classifier again.", """
            Examples:
              actorfp journal replay --rebuild
              actorfp journal replay --rebuild --workers 4
              actorfp journal replay --classify
              actorfp journal replay --as-of 2026-01-31T12:00:00Z --json
            """) { rebuild, workers, restart, asOf, classify, folder };
        command.SetAction((parsed, stop) =>
        {
            var time = parsed.GetValue(asOf);
            if ((parsed.GetValue(rebuild) ? 1 : 0) + (parsed.GetValue(classify) ? 1 : 0) + (time is null ? 0 : 1) != 1)
                throw new UsageException("journal replay: write one of --rebuild, --classify and --as-of TIME");
            if (!parsed.GetValue(rebuild) && (parsed.GetValue(restart) || parsed.GetValue(workers) is not null))
                throw new UsageException("journal replay: --workers and --restart belong to --rebuild");
            if (parsed.GetValue(workers) is < 1 or > ProjectionPartition.MaxParts)
                throw new UsageException($"--workers {parsed.GetValue(workers)}: write a number from 1 to {ProjectionPartition.MaxParts}");
            if (parsed.GetValue(classify)) return ClassifyAsync(context, parsed, folder, stop);
            return time is null ? RebuildAsync(context, parsed, folder, parsed.GetValue(workers), !parsed.GetValue(restart), stop) : ShowAsync(context, parsed, folder, time, stop);
        });
        return command;
    }

    private static Task<int> RebuildAsync(
        CliContext context, ParseResult parsed, Option<string?> folder, int? workers, bool resume, CancellationToken stop) =>
        StoreOption.WriteAsync(context, parsed, folder, async (store, _) =>
        {
            var started = context.Time.GetTimestamp();
            var last = default(RebuildProgress);
            var reached = await ProgressBar.RebuildAsync(context, progress => store.RebuildAsync(workers, resume, new Noted(progress, seen => last = seen), stop));
            var seconds = context.Time.GetElapsedTime(started).TotalSeconds;
            if (last.ResumedAt > 0)
                context.Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"actorfp: went on with the rebuild that was cut off at {last.ResumedAt:N0} of {last.Target:N0}, in its {last.Parts} parts"));
            context.Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"actorfp: read side rebuilt up to event {reached:N0}; {last.Events:N0} events in {seconds:N1} s ({last.Events / Math.Max(seconds, 0.001):N0}/s), {Math.Max(1, last.Parts)} parts"));
            return ExitCodes.Ok;
        }, stop);

    private static Task<int> ShowAsync(CliContext context, ParseResult parsed, Option<string?> folder, string time, CancellationToken stop)
    {
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            throw new UsageException($"--as-of {time}: write a time such as 2026-01-31T12:00:00Z");
        return StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            var devices = await ProgressBar.CountAsync(context, "events replayed", progress =>
                store.ReplayAsOfAsync(at.UtcTicks, progress, stop));
            if (!parsed.GetValue(context.Json)) DeviceTable.Write(devices, context.Console.Out, context.Console.IsOutTerminal);
            else
            {
                await context.Console.Out.FlushAsync(stop);
                await DeviceExport.WriteAsync(devices.ToAsyncEnumerable(), ExportFormat.Json, context.Console.OutStream, stop);
            }
            return ExitCodes.Ok;
        }, stop);
    }

    private static Task<int> ClassifyAsync(CliContext context, ParseResult parsed, Option<string?> folder, CancellationToken stop)
    {
        var signatures = SignatureBases.Load(StoreOption.Options(context, parsed, folder));
        if (signatures.Classifier is not { } classifier)
            throw new CommandFailedException(ExitCodes.Failure, signatures.Problem ?? "no signature database is loaded");
        return StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            var all = await ProgressBar.CountAsync(context, "events replayed", progress => store.ReclassifyAsync(classifier, progress, stop));
            var changed = all.Where(device => device.IsChanged).ToList();
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(changed, ApiJson.Default.IReadOnlyListReclassification));
                return ExitCodes.Ok;
            }
            var table = new TextTable("device", "journaled", "now");
            foreach (var device in changed) table.Add(device.Key, Text(device.Before), Text(device.Now));
            if (changed.Count > 0) table.Write(context.Console.Out, context.Console.IsOutTerminal);
            context.Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{changed.Count:N0} of {all.Count:N0} devices differ; nothing was changed"));
            return ExitCodes.Ok;
        }, stop);

        static string Text(IdentityRow? identity) => identity is null
            ? "-"
            : string.Join(' ', new[] { DeviceTable.TypeOf(identity), identity.Vendor, identity.Model, identity.Os is { } os ? $"[{os}]" : null }.Where(part => !string.IsNullOrEmpty(part)));
    }

    private sealed class Noted(IProgress<RebuildProgress> shown, Action<RebuildProgress> note) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value)
        {
            note(value);
            shown.Report(value);
        }
    }
}
