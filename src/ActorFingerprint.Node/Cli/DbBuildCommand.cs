using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Vendors;
using ActorFingerprint.Persistence.Signatures;
using ActorFingerprint.Persistence.Signatures.Curated;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp db build</c>: the bundled signature database from its readable tables.</summary>
internal static class DbBuildCommand
{
    public static Command Create(CliContext context)
    {
        var tables = Declare.ValueOr("--tables", "folder", "data", "Folder of the curated tables.");
        var output = Declare.ValueOr("--output", "file", "signatures.db", "Database to make; one that is there is replaced.");
        var command = new DocumentedCommand("build", "Makes the bundled signature database from the curated tables and the vendor table.", """
            Example:
              actorfp db build --tables data --output signatures.db
            """) { tables, output };
        command.SetAction(parsed =>
        {
            var written = Build(parsed.GetValue(tables)!, parsed.GetValue(output)!, context.Time);
            context.Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(output)}: {written:N0} signatures and vendors"));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Writes beside the old file and puts the new one in its place, so that a reader sees one or the other.</summary>
    internal static long Build(string tables, string output, TimeProvider time)
    {
        var curated = CuratedTables.Read(tables);
        var date = DateOf(time);
        var draft = output + ".new";
        File.Delete(draft);
        long written;
        using (var writer = SignatureWriter.Open(draft))
        {
            writer.Describe($"{typeof(DbBuildCommand).Assembly.GetName().Version!.ToString(3)}-{date:yyyyMMdd}", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            written = writer.Replace(
                new SignatureSourceInfo("curated", "", "Apache-2.0") { ImportedAt = Text(date) }, curated.Signatures, curated.Devices);
            written += writer.Replace(
                new SignatureSourceInfo("oui", VendorTable.Embedded.Source, "BSD-2-Clause") { ImportedAt = Text(date) }, Vendors(), null);
            writer.Complete();
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(draft, output, overwrite: true);
        return written;
    }

    /// <summary>Every vendor is a device of its own; without confidence, since a prefix is looked up in the vendor table itself.</summary>
    private static IEnumerable<Signature> Vendors() => VendorTable.Embedded.All.Select(entry => new Signature(
        SignatureKind.Oui, SignatureMatch.Exact, entry.Prefix, new SignatureDevice(DevicePath.Of("Hardware manufacturer", entry.Vendor)) { Vendor = entry.Vendor },
        0, "ieee"));

    private static string Text(DateTimeOffset date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The day of the build, or that of SOURCE_DATE_EPOCH, so that the same tables give the same bytes.</summary>
    private static DateTimeOffset DateOf(TimeProvider time) =>
        long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : time.GetUtcNow();
}
