using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Persistence.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp db import</c>: databases of other tools into the user's signature database.</summary>
internal static class DbImportCommand
{
    public static Command Create(CliContext context)
    {
        var files = new Argument<string[]>("file") { Description = "Databases of other tools, .gz too.", Arity = ArgumentArity.OneOrMore };
        var format = Declare.Value<string>("--format", "format", $"What they are: {string.Join(", ", Importers.All.Select(importer => importer.Name))}. Default: told by the content.", "-f");
        var licence = Declare.Value<string>("--licence", "name", "Licence of the content, kept with it.");
        var folder = StoreOption.Create();
        format.AcceptOnlyFromAmong([.. Importers.All.Select(importer => importer.Name)]);
        var command = new DocumentedCommand("import", "Reads databases of other tools into the user's signature database. A running node takes them over when it starts anew.", """
            Examples:
              actorfp db import /etc/p0f/p0f.fp /etc/prads/dhcp.fp
              actorfp db import /usr/share/wireshark/manuf
              actorfp db import satori/dhcp.xml --licence GPL-2.0

            A file that is imported again replaces what it brought before. Faulty entries are left out and told with their line.
            The bundled database is not touched, captured data neither.
            """) { files, format, licence, folder };
        command.SetAction(parsed =>
        {
            var options = StoreOption.Options(context, parsed, folder);
            var target = SignatureBases.UserPath(options);
            StoreFolder.Of(Path.GetDirectoryName(Path.GetFullPath(target))!).Create();
            using var writer = SignatureWriter.Open(target);
            foreach (var path in parsed.GetValue(files)!) Import(context, writer, path, parsed.GetValue(format), parsed.GetValue(licence) ?? "");
            var today = context.Time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            writer.Describe($"user-{today}", today);
            writer.Complete();
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Import(CliContext context, SignatureWriter writer, string path, string? format, string licence)
    {
        if (!File.Exists(path)) throw new CommandFailedException(ExitCodes.Failure, $"{path}: {(Directory.Exists(path) ? "is a folder; name its files" : "no such file")}");
        var file = ImportFile.At(path);
        var importer = (format is null ? Importers.Find(file) : Importers.Named(format))
            ?? throw new CommandFailedException(ExitCodes.Failure, $"{path}: the content looks like no format that can be read; name it with --format");
        var problems = new ImportProblems();
        var entries = 0L;
        var source = new SignatureSourceInfo($"{importer.Name}:{Path.GetFileName(path)}", "", licence)
        {
            ImportedAt = context.Time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        var written = writer.Replace(source, Signatures());
        foreach (var problem in problems.Listed)
            context.Console.Error.WriteLine(TerminalText.Escape($"actorfp: {path}:{problem.Line}: {problem.What}; the entry is left out"));
        if (problems.Count > problems.Listed.Count)
            context.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actorfp: {path}: {problems.Count - problems.Listed.Count:N0} more faulty entries"));
        foreach (var (reason, count) in problems.Unused)
            context.Console.Error.WriteLine(TerminalText.Escape(string.Create(CultureInfo.InvariantCulture, $"actorfp: {path}: not used, {count:N0}: {reason}")));
        context.Console.Out.WriteLine(TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
            $"{path}: {importer.Describe}: {entries:N0} entries, {written:N0} signatures, {problems.Count:N0} faulty")));

        IEnumerable<Signature> Signatures()
        {
            foreach (var entry in importer.Read(file, problems))
            {
                entries++;
                foreach (var signature in entry.Signatures) yield return signature;
            }
        }
    }
}
