using System.Globalization;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// PacketFence's <c>dhcp_fingerprints.conf</c>: INI with here-documents. <c>[class N]</c> has a range of numbers (<c>members</c>),
/// <c>[os N]</c> the lists of option 55, one a line. An os is an entry, in the class whose range is the narrowest around its number.
/// </summary>
public sealed class PacketFenceImporter : ISignatureImporter
{
    private const string Origin = "packetfence";
    private const int ListConfidence = 60;
    private const int VendorConfidence = 40;
    private const int MaxValues = 10_000;

    /// <inheritdoc />
    public string Name => "packetfence";

    /// <inheritdoc />
    public string Describe => "PacketFence dhcp_fingerprints.conf";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var lines = file.Head.Split('\n', StringSplitOptions.TrimEntries);
        return lines.Any(line => SectionOf(line) is { Kind: "os" or "class" })
            && lines.Any(line => line.StartsWith("description", StringComparison.Ordinal));
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        return ReadSections(file, problems);
    }

    private static IEnumerable<ImportedEntry> ReadSections(ImportFile file, ImportProblems problems)
    {
        List<PacketFenceClass> classes = [];
        foreach (var section in Sections(file, problems))
        {
            if (section.Kind == "class") classes.AddRange(ClassesOf(section, problems));
            else yield return EntryOf(section, classes, problems);
        }
    }

    private static IEnumerable<Section> Sections(ImportFile file, ImportProblems problems)
    {
        Section? section = null;
        string? document = null;
        foreach (var line in file.Lines(problems))
        {
            var text = line.Text.Trim();
            if (document is not null)
            {
                if (text == section!.EndOfDocument) document = null;
                else if (text.Length > 0 && text[0] != '#') section.Add(document, line.Number, text);
                continue;
            }
            if (text.Length == 0 || text[0] is '#' or ';') continue;
            if (SectionOf(text) is { } found)
            {
                if (section is not null) yield return section;
                section = new Section(found.Kind, found.Number, line.Number);
            }
            else if (section is null) throw file.Fault(line.Number, "no PacketFence list: write [class N] and [os N] sections");
            else if (text.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
                problems.Add(line.Number, "neither a section nor name=value");
            else if (value.StartsWith("<<", StringComparison.Ordinal)) (document, section.EndOfDocument) = (name, value[2..]);
            else section.Add(name, line.Number, value);
        }
        if (document is not null) problems.Add(section!.Line, $"{document} does not end: {section.EndOfDocument} is missing");
        if (section is not null) yield return section;
    }

    private static (string Kind, int Number)? SectionOf(string line)
    {
        if (line is not ['[', .. var name, ']']
            || name.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var kind, var number]) return null;
        return kind is "os" or "class" && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? (kind, value) : null;
    }

    private static IEnumerable<PacketFenceClass> ClassesOf(Section section, ImportProblems problems)
    {
        foreach (var range in section.First("members").Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = range.Split('-', 2);
            if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var low)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var high))
                yield return new PacketFenceClass(section.First("description"), low, high);
            else problems.Add(section.Line, $"'{range}' is no range of members: write 100-199");
        }
    }

    private static ImportedEntry EntryOf(Section section, List<PacketFenceClass> classes, ImportProblems problems)
    {
        var name = section.First("description");
        if (name.Length == 0)
        {
            problems.Add(section.Line, $"os {section.Number} has no description");
            return new ImportedEntry(section.Line, []);
        }
        var group = classes.Where(known => known.Low <= section.Number && section.Number <= known.High)
            .OrderBy(known => known.High - known.Low).FirstOrDefault()?.Name;
        var device = ImportedDevice.Of(name, DeviceWords.TypeOf(group, name), DeviceWords.VendorOf(name), DeviceWords.OsOf(name, group));
        List<Signature> signatures = [];
        foreach (var (line, text) in section.All("fingerprints"))
            if (SignatureText.CodeList(text.TrimEnd(',')) is { } list)
                signatures.Add(new Signature(SignatureKind.DhcpList, SignatureMatch.Exact, list, device, ListConfidence, Origin));
            else problems.Add(line, $"'{text}' is no list of option codes: 1,3,6,15");
        foreach (var (_, text) in section.All("vendor_id"))
            signatures.Add(new Signature(SignatureKind.DhcpVendorClass, SignatureMatch.Exact, SignatureText.Whole(text), device,
                VendorConfidence, Origin));
        return new ImportedEntry(section.Line, signatures);
    }

    private sealed record PacketFenceClass(string Name, int Low, int High);

    private sealed class Section(string kind, int number, int line)
    {
        private readonly List<(string Name, int Line, string Value)> _values = [];

        public string Kind => kind;
        public int Number => number;
        public int Line => line;
        public string EndOfDocument { get; set; } = "";

        public void Add(string name, int at, string value)
        {
            if (_values.Count < MaxValues) _values.Add((name, at, value));
        }

        public string First(string name) => _values.Find(value => value.Name == name).Value ?? "";

        public IEnumerable<(int Line, string Text)> All(string name) =>
            _values.Where(value => value.Name == name).Select(value => (value.Line, value.Value));
    }
}
