using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>What lists of TLS fingerprints say in one entry, by the names that their columns and members have.</summary>
internal sealed class TlsRecord
{
    /// <summary>Of entries that name one program.</summary>
    private const int OneConfidence = 80;

    /// <summary>Of entries that name several.</summary>
    private const int SeveralConfidence = 60;

    private static readonly string[] FingerprintNames =
        ["ja3", "ja3_hash", "ja3_md5", "ja3hash", "md5", "ja3s", "ja3s_hash", "ja4", "ja4_hash", "ja4_fingerprint"];

    private static readonly string[] OtherNames =
    [
        "application", "application_name", "app", "desc", "description", "client", "label", "name", "library", "device", "os", "os_name",
        "user_agent", "user_agent_string", "Application", "Library", "Device", "OS", "User-Agent",
    ];

    private string? _application;
    private string? _library;
    private string? _device;
    private string? _os;
    private string? _ja3;
    private string? _ja3s;
    private string? _ja4;

    /// <summary>Members of JSON objects that are read.</summary>
    public static IEnumerable<string> Names => FingerprintNames.Concat(OtherNames);

    /// <summary>True for names of columns that hold a fingerprint which is read.</summary>
    public static bool IsFingerprintName(string name) => FingerprintNames.Contains(Normal(name));

    /// <summary>Takes a value; names that are not known, those of the other members of JA4's family among them, are passed over.</summary>
    public void Set(string name, string? value)
    {
        if (ImportedDevice.Clean(value) is not { } text) return;
        switch (Normal(name))
        {
            case "ja3" or "ja3_hash" or "ja3_md5" or "ja3hash" or "md5": _ja3 = text; break;
            case "ja3s" or "ja3s_hash": _ja3s = text; break;
            case "ja4" or "ja4_hash" or "ja4_fingerprint": _ja4 = text; break;
            case "application" or "application_name" or "app" or "desc" or "description" or "client" or "label"
                or "name":
                _application = text; break;
            case "library": _library = text; break;
            case "device": _device = text; break;
            case "os" or "os_name": _os = text; break;
            case "user_agent" or "user_agent_string": _os ??= DeviceWords.OsOf(text); break;
        }
    }

    /// <summary>The entry; null, which <paramref name="problems"/> is told, when a fingerprint has another form than it should.</summary>
    public ImportedEntry? Entry(int line, string origin, ImportProblems problems)
    {
        var wrong = _ja3 is not null && !TlsHash.IsMd5(_ja3) ? $"'{_ja3}' is no JA3: write its MD5, 32 hex digits"
            : _ja3s is not null && !TlsHash.IsMd5(_ja3s) ? $"'{_ja3s}' is no JA3S: write its MD5, 32 hex digits"
            : _ja4 is not null && !TlsHash.IsJa4(_ja4) ? $"'{_ja4}' is no JA4: write it as t13d1516h2_8daaf6152771_02713d6af862"
            : null;
        if (wrong is not null)
        {
            problems.Add(line, wrong);
            return null;
        }
        if (DeviceOf() is not { } device)
        {
            problems.CountUnused("names neither program nor device");
            return new ImportedEntry(line, []);
        }
        List<Signature> signatures = [];
        Add(SignatureKind.Ja3, _ja3);
        Add(SignatureKind.Ja3S, _ja3s);
        Add(SignatureKind.Ja4, _ja4);
        if (signatures.Count == 0) problems.CountUnused("no kind of signature: other fingerprints than JA3, JA3S and JA4");
        return new ImportedEntry(line, signatures);

        void Add(SignatureKind kind, string? hash)
        {
            var confidence = _application?.Contains(',', StringComparison.Ordinal) == true ? SeveralConfidence : OneConfidence;
            if (hash is not null)
                signatures.Add(new Signature(kind, SignatureMatch.Exact, hash.ToLowerInvariant(), device, confidence, origin));
        }
    }

    private SignatureDevice? DeviceOf()
    {
        var os = DeviceWords.OsOf(_os, _device);
        if (_device is not null) return ImportedDevice.Of(_device, DeviceWords.TypeOf(_device), DeviceWords.VendorOf(_device), os);
        var name = _application ?? _library;
        if (name is not null) return ImportedDevice.Application(name, os);
        return os is not null ? ImportedDevice.Of(os, DeviceType.Unknown, vendor: null, os) : null;
    }

    private static string Normal(string name) => name.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
}
