using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>Writes signatures into the tables of their kinds.</summary>
internal sealed class SignatureRows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly long _source;
    private readonly DeviceRows _devices;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public SignatureRows(SqliteConnection connection, long source)
    {
        (_connection, _source) = (connection, source);
        _devices = new DeviceRows(connection);
    }

    /// <summary>Rows written.</summary>
    public long Written { get; private set; }

    public void Add(SignatureDevice device) => _devices.IdOf(device, 0);

    public void Add(Signature signature)
    {
        var device = _devices.IdOf(signature.Device, signature.Confidence);
        Written += (signature.Kind, signature.Match) switch
        {
            (SignatureKind.DhcpList, SignatureMatch.Exact) => AddDhcpList(signature, device),
            (SignatureKind.Ja3, SignatureMatch.Exact) => AddClient(signature, signature.Pattern, null, device),
            (SignatureKind.Ja4, SignatureMatch.Exact) => AddClient(signature, null, signature.Pattern, device),
            (SignatureKind.Ja3S, SignatureMatch.Exact) => Owned(Prepared(
                "INSERT OR IGNORE INTO ja3s_servers (ja3s_hash, server_name, device_id, confidence, origin, source_id) VALUES (?,?,?,?,?,?)")
                .Bind(1, signature.Pattern).Bind(2, signature.Device.Name), 3, signature, device),
            (SignatureKind.Oui, SignatureMatch.Exact or SignatureMatch.Prefix) => Owned(Prepared(
                "INSERT OR REPLACE INTO oui_mappings (prefix, vendor, device_id, confidence, origin, source_id) VALUES (?,?,?,?,?,?)")
                .Bind(1, signature.Pattern).Bind(2, signature.Device.Vendor ?? signature.Device.Name), 3, signature, device),
            _ => AddPattern(signature, device),
        };
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _devices.Dispose();
    }

    private int AddPattern(Signature signature, long device) => Owned(
        Prepared($"INSERT OR IGNORE INTO {SignatureTables.PatternTable(signature.Kind)} "
            + "(kind, match, pattern, qualifier, device_id, confidence, origin, source_id) VALUES (?,?,?,?,?,?,?,?)")
            .Bind(1, StoredNames.Of(signature.Kind)).Bind(2, StoredNames.Of(signature.Match)).Bind(3, signature.Pattern).Bind(4, signature.Qualifier),
        5, signature, device);

    private int AddClient(Signature signature, string? ja3, string? ja4, long device) => Owned(
        Prepared("INSERT OR IGNORE INTO ja3_fingerprints (ja3_hash, ja4_hash, application_name, os_name, device_id, confidence, origin, source_id) "
            + "VALUES (?,?,?,?,?,?,?,?)")
            .Bind(1, ja3).Bind(2, ja4).Bind(3, signature.Device.Name).Bind(4, signature.Device.Os),
        5, signature, device);

    /// <summary>
    /// One row for each set of codes, message type and device; the orders in which the codes came are its variants, so no list is lost to
    /// another that sorts to the same.
    /// </summary>
    private int AddDhcpList(Signature signature, long device)
    {
        var hash = SortedHash(signature.Pattern);
        var find = Prepared("SELECT id FROM dhcp_fingerprints WHERE fingerprint_hash = ? AND message_type = ? AND device_id = ?");
        if (find.Bind(1, hash).Bind(2, signature.Qualifier).Bind(3, device).Scalar() is not { } id)
        {
            Owned(Prepared("INSERT INTO dhcp_fingerprints (fingerprint_hash, fingerprint_string, message_type, device_id, confidence, origin, source_id) "
                + "VALUES (?,?,?,?,?,?,?)").Bind(1, hash).Bind(2, signature.Pattern).Bind(3, signature.Qualifier), 4, signature, device);
            id = raw.sqlite3_last_insert_rowid(_connection.Handle);
        }
        foreach (var prefix in signature.VendorPatterns)
            Prepared("INSERT OR IGNORE INTO vendor_patterns (fingerprint_id, prefix) VALUES (?,?)").Bind(1, id).Bind(2, prefix).Run();
        return Prepared("INSERT OR IGNORE INTO variants (fingerprint_id, ordered) VALUES (?,?)").Bind(1, id).Bind(2, signature.Pattern).Run();
    }

    private int Owned(Statement statement, int from, Signature signature, long device) => statement
        .Bind(from, device).Bind(from + 1, signature.Confidence).Bind(from + 2, signature.Origin).Bind(from + 3, _source).Run();

    private Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements.Add(sql, statement = new Statement(_connection, sql));
        return statement;
    }

    /// <summary>SHA-256 of the sorted, comma-joined codes; of the text as it is when it is no list of codes.</summary>
    private static string SortedHash(string list)
    {
        var codes = list.Split(',');
        if (codes.All(code => byte.TryParse(code, out _))) codes = [.. codes.OrderBy(byte.Parse)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', codes))));
    }
}
