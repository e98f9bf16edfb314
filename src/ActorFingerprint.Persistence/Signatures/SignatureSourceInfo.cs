namespace ActorFingerprint.Persistence.Signatures;

/// <summary>Where signatures of a database come from.</summary>
/// <param name="Name">Short name, one per source; reading a source again replaces what it brought.</param>
/// <param name="Version">Its version or date, as its makers write it; empty when they do not.</param>
/// <param name="Licence">Its licence, for whoever passes the database on; empty when it is not known.</param>
public sealed record SignatureSourceInfo(string Name, string Version, string Licence)
{
    /// <summary>When it was read, ISO 8601.</summary>
    public string ImportedAt { get; init; } = "";

    /// <summary>Entries read.</summary>
    public long Entries { get; init; }
}

/// <summary>What is in a signature database.</summary>
/// <param name="Path">The file.</param>
/// <param name="Version">Version of its content.</param>
/// <param name="Date">Date of its content, ISO 8601.</param>
/// <param name="Devices">Device entries.</param>
/// <param name="Signatures">Signatures by table, in the order of the tables' names.</param>
/// <param name="Sources">Where they come from.</param>
public sealed record SignatureDatabaseInfo(
    string Path, string Version, string Date, long Devices, IReadOnlyList<KeyValuePair<string, long>> Signatures,
    IReadOnlyList<SignatureSourceInfo> Sources);

/// <summary>A signature database cannot be opened, read or written. The message is one line: what, where, what to do.</summary>
public sealed class SignatureDatabaseException(string message, Exception? inner = null) : Exception(message, inner);
