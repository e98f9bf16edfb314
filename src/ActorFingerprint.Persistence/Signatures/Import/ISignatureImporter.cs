using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>One entry of a database, as its maintainers count them; it may give several signatures, or none.</summary>
/// <param name="Line">The line that it begins in; 0 in files without lines.</param>
/// <param name="Signatures">What it says.</param>
public readonly record struct ImportedEntry(int Line, IReadOnlyList<Signature> Signatures);

/// <summary>
/// Reads the database of another tool. One reader for each format (docs/signatures.md, "Importing"). Stateless: one instance reads any
/// number of files.
/// </summary>
public interface ISignatureImporter
{
    /// <summary>Name of the format on the command line, such as <c>satori</c>.</summary>
    string Name { get; }

    /// <summary>The format in a few words.</summary>
    string Describe { get; }

    /// <summary>True when the beginning of the file looks like this format.</summary>
    bool Recognises(ImportFile file);

    /// <summary>
    /// Reads the entries one by one while they are asked for. A bad entry is left out and told to <paramref name="problems"/>. Throws
    /// <see cref="SignatureImportException"/> where the file cannot be read any further, or is something else.
    /// </summary>
    IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems);
}
