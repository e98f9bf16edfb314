using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Curated;

/// <summary>
/// The facts that come with the product, kept as readable text (data/README.md): <see cref="DevicesFile"/> names the devices, every other
/// <c>.tsv</c> file of the folder holds rules.
/// </summary>
/// <param name="Devices">Kinds of devices, in the order of their file.</param>
/// <param name="Signatures">Rules, by file name and line.</param>
public sealed record CuratedTables(IReadOnlyList<SignatureDevice> Devices, IReadOnlyList<Signature> Signatures)
{
    /// <summary>Name of the file of devices.</summary>
    public const string DevicesFile = "devices.tsv";

    /// <summary>
    /// Reads the files of a folder. Throws <see cref="CuratedTableException"/> at the first line that cannot be read or contradicts
    /// another, and at a device that no rule speaks for.
    /// </summary>
    public static CuratedTables Read(string folder)
    {
        var devices = DeviceTree.Read(new TableFile(Path.Combine(folder, DevicesFile)));
        var rules = new RuleReader(devices);
        foreach (var path in RuleFilesOf(folder)) rules.Read(new TableFile(path));
        devices.ThrowIfUnused();
        return new CuratedTables(devices.All, rules.All);
    }

    private static IEnumerable<string> RuleFilesOf(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*.tsv").Where(path => Path.GetFileName(path) != DevicesFile).Order(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CuratedTableException($"{folder}: cannot be read ({error.Message})", error);
        }
    }
}
