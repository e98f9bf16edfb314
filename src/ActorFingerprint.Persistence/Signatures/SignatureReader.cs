using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>
/// Reads the signatures of a database. Rows that a newer version of the same format may hold (kinds and matches unknown here) are left out.
/// </summary>
internal sealed class SignatureReader(SqliteConnection connection)
{
    private readonly Dictionary<long, SignatureDevice> _devices = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public IEnumerable<Signature> ReadAll()
    {
        ReadDevices();
        return ReadDhcpLists()
            .Concat(ReadHashes("SELECT ja3_hash, device_id, confidence, origin FROM ja3_fingerprints WHERE ja3_hash IS NOT NULL ORDER BY id", SignatureKind.Ja3))
            .Concat(ReadHashes("SELECT ja4_hash, device_id, confidence, origin FROM ja3_fingerprints WHERE ja4_hash IS NOT NULL ORDER BY id", SignatureKind.Ja4))
            .Concat(ReadHashes("SELECT ja3s_hash, device_id, confidence, origin FROM ja3s_servers ORDER BY id", SignatureKind.Ja3S))
            .Concat(ReadHashes("SELECT prefix, device_id, confidence, origin FROM oui_mappings WHERE confidence > 0 ORDER BY prefix", SignatureKind.Oui))
            .Concat(SignatureTables.Patterns.SelectMany(ReadPatterns));
    }

    /// <summary>Only devices that signatures name: the makers of network interfaces are found by their prefixes elsewhere.</summary>
    private void ReadDevices()
    {
        using var rows = new Statement(connection,
            "SELECT id, hierarchy, type, vendor, model, os_name, is_mobile, is_tablet FROM devices WHERE score > 0");
        while (rows.Step())
            _devices.Add(rows.Int64(0), new SignatureDevice(rows.Text(1))
            {
                Type = rows.TextOrNull(2) is { } name && StoredNames.TryParse(name, out DeviceType type) ? type : DeviceType.Unknown,
                Vendor = SharedOrNull(rows.TextOrNull(3)),
                Model = rows.TextOrNull(4),
                Os = SharedOrNull(rows.TextOrNull(5)),
                IsMobile = rows.Int64(6) != 0,
                IsTablet = rows.Int64(7) != 0,
            });
    }

    private IEnumerable<Signature> ReadDhcpLists()
    {
        var prefixes = ReadVendorPatterns();
        using var rows = new Statement(connection,
            """
            SELECT f.id, v.ordered, f.message_type, f.device_id, f.confidence, f.origin
            FROM dhcp_fingerprints f JOIN variants v ON v.fingerprint_id = f.id ORDER BY f.id, v.ordered
            """);
        RepeatedText messages = new(Shared), origins = new(Shared);
        while (rows.Step())
            if (_devices.TryGetValue(rows.Int64(3), out var device))
                yield return new Signature(SignatureKind.DhcpList, SignatureMatch.Exact, rows.Text(1), device, (int)rows.Int64(4), origins.Of(rows.Utf8(5)))
                {
                    Qualifier = messages.Of(rows.Utf8(2)),
                    VendorPatterns = prefixes.TryGetValue(rows.Int64(0), out var patterns) ? patterns : [],
                };
    }

    private Dictionary<long, string[]> ReadVendorPatterns()
    {
        Dictionary<long, string[]> prefixes = [];
        using var rows = new Statement(connection, "SELECT fingerprint_id, prefix FROM vendor_patterns");
        while (rows.Step())
        {
            var (list, prefix) = (rows.Int64(0), Shared(rows.Text(1)));
            prefixes[list] = prefixes.TryGetValue(list, out var others) ? [.. others, prefix] : [prefix];
        }
        return prefixes;
    }

    private IEnumerable<Signature> ReadHashes(string sql, SignatureKind kind)
    {
        using var rows = new Statement(connection, sql);
        var origins = new RepeatedText(Shared);
        while (rows.Step())
            if (_devices.TryGetValue(rows.Int64(1), out var device))
                yield return new Signature(kind, SignatureMatch.Exact, rows.Text(0), device, (int)rows.Int64(2), origins.Of(rows.Utf8(3)));
    }

    private IEnumerable<Signature> ReadPatterns(string table)
    {
        using var rows = new Statement(connection, $"SELECT kind, match, pattern, qualifier, device_id, confidence, origin FROM {table} ORDER BY id");
        RepeatedText kinds = new(Shared), matches = new(Shared), qualifiers = new(Shared), origins = new(Shared);
        while (rows.Step())
            if (_devices.TryGetValue(rows.Int64(4), out var device) && StoredNames.TryParse(kinds.Of(rows.Utf8(0)), out SignatureKind kind)
                && StoredNames.TryParse(matches.Of(rows.Utf8(1)), out SignatureMatch match))
                yield return new Signature(kind, match, rows.Text(2), device, (int)rows.Int64(5), origins.Of(rows.Utf8(6)))
                {
                    Qualifier = qualifiers.Of(rows.Utf8(3)),
                };
    }

    private string? SharedOrNull(string? text) => text is null ? null : Shared(text);

    /// <summary>One object for texts that repeat.</summary>
    private string Shared(string text)
    {
        if (_texts.TryGetValue(text, out var known)) return known;
        _texts.Add(text, text);
        return text;
    }
}
