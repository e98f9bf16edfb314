using System.Text.Json;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// JSON lists of TLS fingerprints: an array of objects, or one object a line. Members are read by the names of the columns of
/// <see cref="TlsCsvImporter"/> and some that are in use elsewhere (<c>ja3_hash</c>, <c>ja4_fingerprint</c>, <c>desc</c>).
/// </summary>
public sealed class TlsJsonImporter : ISignatureImporter
{
    private const int MaxDepth = 8;

    /// <inheritdoc />
    public string Name => "tls-json";

    /// <inheritdoc />
    public string Describe => "JA3/JA4 list as JSON (array of objects, or an object a line)";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return FirstData(file.Head) is "[" or "{"
            && file.Head.Split('"').Where((_, at) => at % 2 == 1).Any(TlsRecord.IsFingerprintName);
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        return FirstData(file.Head) switch
        {
            "[" => JsonItems.Read(file).Select(item => EntryOf(item.Line, item.Value, problems)).OfType<ImportedEntry>(),
            "{" => ReadLines(file, problems),
            _ => throw file.Fault(1, "no JSON list: write an array of objects, or one object a line"),
        };
    }

    private IEnumerable<ImportedEntry> ReadLines(ImportFile file, ImportProblems problems)
    {
        foreach (var line in file.Lines(problems))
        {
            if (line.IsCommentOrBlank) continue;
            if (Parse(line, problems) is { } json && EntryOf(line.Number, json, problems) is { } entry) yield return entry;
        }
    }

    private static JsonElement? Parse(ImportLine line, ImportProblems problems)
    {
        try
        {
            using var document = JsonDocument.Parse(line.Text, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            problems.Add(line.Number, $"no JSON: {error.Message}");
            return null;
        }
    }

    private ImportedEntry? EntryOf(int line, JsonElement json, ImportProblems problems)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add(line, "write an object: {\"ja4\": \"…\", \"application\": \"…\"}");
            return null;
        }
        var record = new TlsRecord();
        foreach (var name in TlsRecord.Names)
            if (json.TryGetProperty(name, out var value)) record.Set(name, JsonItems.TextOf(value));
        return record.Entry(line, Name, problems);
    }

    /// <summary>The first character that is no blank, as text; comment lines are passed over.</summary>
    private static string FirstData(string head) =>
        head.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line is not ([] or ['#', ..])) is { } line ? line[..1] : "";
}
