using System.CommandLine;
using System.Globalization;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>journal export</c> and <c>import</c>.</summary>
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

            First copy the pseudonym.key of the store that was exported into the folder: with another key devices become strangers,
            and those of the journal cannot be labelled or erased.
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
