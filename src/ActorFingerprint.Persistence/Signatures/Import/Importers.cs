namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>All readers of other tools' databases.</summary>
public static class Importers
{
    /// <summary>The readers, the stricter before those whose form is less telling.</summary>
    public static IReadOnlyList<ISignatureImporter> All { get; } =
    [
        new SatoriImporter(),
        new RecogImporter(),
        new FingerbankImporter(),
        new P0fImporter(),
        new PacketFenceImporter(),
        new KydImporter(),
        new FingerbankLegacyImporter(),
        new IeeeCsvImporter(),
        new OuiDataImporter(),
        new TlsCsvImporter(),
        new TlsJsonImporter(),
        new TlsHashListImporter(),
        new PradsDhcpImporter(),
        new PradsTcpImporter(isAnswer: true),
        new PradsTcpImporter(isAnswer: false),
        new PrefixListImporter("arp-scan", "arp-scan mac-vendor.txt", hasSeparators: true, mark: "arp-scan"),
        new PrefixListImporter("manuf", "Wireshark manuf", hasSeparators: true),
        new PrefixListImporter("nmap", "nmap nmap-mac-prefixes, arp-scan ieee-oui.txt", hasSeparators: false),
    ];

    /// <summary>The reader of the format that the file's beginning looks like; null when it looks like none.</summary>
    public static ISignatureImporter? Find(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return All.FirstOrDefault(importer => importer.Recognises(file));
    }

    /// <summary>The reader of the format of this name; null when there is none.</summary>
    public static ISignatureImporter? Named(string name) =>
        All.FirstOrDefault(importer => importer.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
