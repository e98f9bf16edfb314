using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Persistence.Signatures;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp db …</c>: signature databases.</summary>
internal static class DbCommand
{
    public static Command Create(CliContext context) => new("db", "Builds, fills, shows and asks signature databases.")
    {
        DbBuildCommand.Create(context), DbImportCommand.Create(context), Info(context), Lookup(context), CacheCommand.Create(context),
    };

    private static DocumentedCommand Info(CliContext context)
    {
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("info", "Shows what the signature databases hold. Opens them read-only; a node may be running.", """
            Example:
              actorfp db info
            """) { folder };
        command.SetAction(parsed =>
        {
            var options = StoreOption.Options(context, parsed, folder);
            var bases = SignatureBases.Load(options);
            if (parsed.GetValue(context.Json))
                context.Console.Out.WriteLine(JsonSerializer.Serialize(DatabaseResource.Of(bases), ApiJson.Default.DatabaseResource));
            else
                foreach (var info in bases.Infos) Write(info, context.Console);
            if (bases.Problem is { } problem) throw new CommandFailedException(ExitCodes.Failure, problem);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(SignatureDatabaseInfo info, CliConsole console)
    {
        console.Out.WriteLine($"{TerminalText.Escape(info.Path)}: version {info.Version}, {info.Date}, {new FileInfo(info.Path).Length / 1024:N0} KiB");
        var counts = new TextTable("table", "rows");
        counts.Add("devices", Number(info.Devices));
        foreach (var (table, rows) in info.Signatures) counts.Add(table, Number(rows));
        counts.Write(console.Out, console.IsOutTerminal);
        var sources = new TextTable("source", "version", "licence", "read", "signatures");
        foreach (var source in info.Sources) sources.Add(source.Name, source.Version, source.Licence, source.ImportedAt, Number(source.Entries));
        console.Out.WriteLine();
        sources.Write(console.Out, console.IsOutTerminal);
        console.Out.WriteLine();
    }

    private static DocumentedCommand Lookup(CliContext context)
    {
        var kind = Declare.Value<string>("--kind", "kind", $"What the value is: {string.Join(", ", StoredNames.All<SignatureKind>())}. Default: guessed.", "-k");
        var message = Declare.Value<string>("--message", "type", "DHCP message that a list comes from: discover, request or inform.");
        var value = new Argument<string>("value") { Description = "Any value: a MAC address, 1,3,6,15, a JA3 or JA4, a host name, a vendor class, a server …" };
        var folder = StoreOption.Create();
        message.AcceptOnlyFromAmong("discover", "request", "inform");
        kind.AcceptOnlyFromAmong([.. StoredNames.All<SignatureKind>()]);
        var command = new DocumentedCommand("lookup", "Says what a value tells of a device, and by which rule. Opens the databases read-only.", """
            Examples:
              actorfp db lookup 1,121,3,6,15,119,252
              actorfp db lookup --kind host-name DCS-935L
              actorfp db lookup b0:c5:54:25:5b:0e --json
            """) { value, kind, message, folder };
        command.SetAction(parsed =>
        {
            var bases = SignatureBases.Load(StoreOption.Options(context, parsed, folder));
            if (bases.Source is not { } source) throw new CommandFailedException(ExitCodes.Failure, bases.Problem ?? "no signature database");
            var found = LookupValue.Find(source, parsed.GetValue(value)!, parsed.GetValue(kind), parsed.GetValue(message) ?? "");
            if (parsed.GetValue(context.Json)) context.Console.Out.WriteLine(JsonSerializer.Serialize(found, ApiJson.Default.IReadOnlyListMatchResource));
            else Write(found, context.Console);
            return found.Count > 0 ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return command;
    }

    private static void Write(IReadOnlyList<MatchResource> found, CliConsole console)
    {
        if (found.Count == 0)
        {
            console.Out.WriteLine("no signature matches; --kind says what the value is");
            return;
        }
        var table = new TextTable("kind", "device", "type", "model", "system", "confidence", "rule", "match", "origin");
        foreach (var match in found)
            table.Add(match.Kind, match.Device, match.Type, match.Model, match.Os,
                string.Create(CultureInfo.InvariantCulture, $"{match.Confidence * 100:0} %"), match.Rule,
                match.Quality == "exact" ? match.Match : $"{match.Match}, {match.Quality}", match.Origin);
        table.Write(console.Out, console.IsOutTerminal);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
