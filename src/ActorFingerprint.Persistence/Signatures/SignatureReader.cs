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

    /// <summary>Three tables in the order of one key, read side by side: a join would search for each row.</summary>
    private IEnumerable<Signature> ReadDhcpLists()
    {
        using var rows = new Statement(connection, "SELECT id, message_type, device_id, confidence, origin FROM dhcp_fingerprints ORDER BY id");
        using var variants = new Statement(connection, "SELECT fingerprint_id, ordered FROM variants ORDER BY fingerprint_id, ordered");
        using var prefixes = new Statement(connection, "SELECT fingerprint_id, prefix FROM vendor_patterns ORDER BY fingerprint_id, prefix");
        RepeatedText messages = new(Shared), origins = new(Shared);
        var (hasVariant, hasPrefix) = (variants.Step(), prefixes.Step());
        while (rows.Step())
        {
            var id = rows.Int64(0);
            List<string>? patterns = null;
            for (; hasPrefix && prefixes.Int64(0) <= id; hasPrefix = prefixes.Step())
                if (prefixes.Int64(0) == id) (patterns ??= new List<string>(1)).Add(Shared(prefixes.Text(1)));
            var isKnown = _devices.TryGetValue(rows.Int64(2), out var device);
            for (; hasVariant && variants.Int64(0) <= id; hasVariant = variants.Step())
                if (isKnown && variants.Int64(0) == id)
                    yield return new Signature(SignatureKind.DhcpList, SignatureMatch.Exact, variants.Text(1), device!, (int)rows.Int64(3), origins.Of(rows.Utf8(4)))
                    {
                        Qualifier = messages.Of(rows.Utf8(1)),
                        VendorPatterns = patterns?.ToArray() ?? [],
                    };
        }
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
