using System.Text;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

/// <summary>A file read to its end.</summary>
internal sealed class Imported
{
    private Imported(ISignatureImporter importer, ImportFile file)
    {
        Importer = importer;
        Entries = [.. importer.Read(file, Problems)];
    }

    public ISignatureImporter Importer { get; }
    public IReadOnlyList<ImportedEntry> Entries { get; }
    public ImportProblems Problems { get; } = new();
    public IEnumerable<Signature> Signatures => Entries.SelectMany(entry => entry.Signatures);
    public long Unused => Problems.Unused.Values.Sum();

    /// <summary>Reads a text with the importer that recognises it.</summary>
    public static Imported Text(string text, string name = "sample") => Bytes(Encoding.UTF8.GetBytes(text), name);

    /// <summary>Reads bytes with the importer that recognises them.</summary>
    public static Imported Bytes(byte[] bytes, string name = "sample") => Of(FileOf(bytes, name));

    /// <summary>Reads a text with the importer of a format.</summary>
    public static Imported As(string format, string text) => new(Importers.Named(format)!, FileOf(Encoding.UTF8.GetBytes(text), "sample"));

    /// <summary>Reads a file of the shared corpora; the test is skipped where they are absent.</summary>
    public static Imported Shared(string path)
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        return Of(ImportFile.At(Path.Combine(Repository.Shared!, "fingerprint-db", path)));
    }

    public static ImportFile FileOf(byte[] bytes, string name) => new(name, () => new MemoryStream(bytes));

    public int Count(SignatureKind kind) => Signatures.Count(signature => signature.Kind == kind);

    private static Imported Of(ImportFile file)
    {
        var importer = Importers.Find(file);
        Assert.True(importer is not null, $"no importer recognises {file.Name}");
        return new Imported(importer, file);
    }
}
