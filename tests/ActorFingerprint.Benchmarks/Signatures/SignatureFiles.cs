using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Vendors;
using ActorFingerprint.Persistence.Signatures;
using ActorFingerprint.Persistence.Signatures.Curated;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>Which base a benchmark loads.</summary>
public enum SignatureBase
{
    /// <summary>The content of the bundled one, from the curated tables and the vendor table.</summary>
    Bundled,
    /// <summary>100,000 made-up signatures.</summary>
    Generated,
}

/// <summary>Writes the bases that the benchmarks load.</summary>
internal static class SignatureFiles
{
    /// <summary>Writes a base to a temporary file that the caller deletes.</summary>
    public static string Write(SignatureBase kind)
    {
        var path = Path.Combine(Path.GetTempPath(), $"actorfp-benchmark-{Environment.ProcessId}-{kind}.db");
        File.Delete(path);
        if (kind == SignatureBase.Generated) GeneratedBase.WriteTo(path);
        else WriteBundled(path);
        return path;
    }

    private static void WriteBundled(string path)
    {
        var tables = CuratedTables.Read(Path.Combine(Root(), "data"));
        using var writer = SignatureWriter.Open(path);
        writer.Replace(new SignatureSourceInfo("curated", "", ""), tables.Signatures, tables.Devices);
        writer.Replace(new SignatureSourceInfo("oui", "", ""), VendorTable.Embedded.All.Select(entry => new Signature(
            SignatureKind.Oui, SignatureMatch.Exact, entry.Prefix,
            new SignatureDevice(DevicePath.Of("Hardware manufacturer", entry.Vendor)) { Vendor = entry.Vendor }, 0, "ieee")));
        writer.Complete();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "data", "devices.tsv"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no data/devices.tsv above the program");
    }
}
