using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>journal export</c>, <c>import</c> and <c>replay</c>.</summary>
internal static class JournalCopyCommands
{
    public static Command Export(CliContext context)
    {
        var output = Declare.Value<string>("--output", "file", "File to write, mode 0600. Default: standard output.", "-o");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("export", "Writes every event as JSON lines. Opens the store read-only.", """
            Example:
              actorfp journal export -o backup.jsonl

            The file holds addresses and names: keep it as safe as the store.
            """) { output, folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            await context.Console.Out.FlushAsync(stop);
            await using var file = parsed.GetValue(output) is { } path ? CreatePrivate(path) : null;
            var count = await ProgressBar.CountAsync(context, "events written", progress =>
                store.ExportAsync(file ?? context.Console.OutStream, progress, stop));
            context.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actorfp: {count:N0} events written"));
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    public static Command Import(CliContext context)
    {
        var input = new Argument<string>("file") { Description = "JSON lines of 'journal export'; - is standard input." };
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("import", "Reads events into an empty store, builds its read side. No node may be running.", """
            Example:
              actorfp journal import backup.jsonl --folder ./restored
            """) { input, folder };
        command.SetAction((parsed, stop) => StoreOption.MakeAsync(context, parsed, folder, async (store, _) =>
        {
            await using var file = parsed.GetValue(input) is "-" ? null : Open(parsed.GetValue(input)!);
            var count = await ProgressBar.CountAsync(context, "events read", progress =>
                store.ImportAsync(file ?? context.Console.InStream, progress, stop));
            context.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actorfp: {count:N0} events read"));
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    public static Command Replay(CliContext context)
    {
        var rebuild = Declare.Flag("--rebuild", "Builds the read side anew from the first event. No node may be running.");
        var asOf = Declare.Value<string>("--as-of", "time", "Prints devices as they were at this time (UTC, frame time). Reads only.");
        var classify = Declare.Flag("--classify", "Prints the devices that today's signatures take for something else than journaled. Reads only.");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("replay", "Replays the journal: rebuilds the read side, shows an earlier state, or asks the classifier again.", """
            Examples:
              actorfp journal replay --rebuild
              actorfp journal replay --classify
              actorfp journal replay --as-of 2026-01-31T12:00:00Z --json
            """) { rebuild, asOf, classify, folder };
        command.SetAction((parsed, stop) =>
        {
            var time = parsed.GetValue(asOf);
            if ((parsed.GetValue(rebuild) ? 1 : 0) + (parsed.GetValue(classify) ? 1 : 0) + (time is null ? 0 : 1) != 1)
                throw new UsageException("journal replay: write one of --rebuild, --classify and --as-of TIME");
            if (parsed.GetValue(classify)) return ClassifyAsync(context, parsed, folder, stop);
            return time is null ? RebuildAsync(context, parsed, folder, stop) : ShowAsync(context, parsed, folder, time, stop);
        });
        return command;
    }

    private static Task<int> RebuildAsync(CliContext context, ParseResult parsed, Option<string?> folder, CancellationToken stop) =>
        StoreOption.WriteAsync(context, parsed, folder, async (store, _) =>
        {
            var count = await ProgressBar.CountAsync(context, "events replayed", progress => store.RebuildAsync(progress, stop));
            context.Console.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"actorfp: read side rebuilt from {count:N0} events"));
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

    private static FileStream Open(string path)
    {
        if (File.Exists(path)) return File.OpenRead(path);
        throw new CommandFailedException(ExitCodes.Failure, $"{path}: no such file; name one that 'actorfp journal export' wrote");
    }

    private static FileStream CreatePrivate(string path)
    {
        if (Path.Exists(path)) throw new CommandFailedException(ExitCodes.Failure, $"--output {path}: is there already; name a new file");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new CommandFailedException(ExitCodes.Failure, $"--output {path}: no such folder {folder}; make it first");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
