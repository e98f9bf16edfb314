using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>A connection that reads <c>projections.db</c>, with its statements. Belongs to one thread.</summary>
internal sealed class ReadModelSession : IDisposable
{
    private const string DeviceColumns = """
        d.device_id, d.device_key, d.mac, f.label, d.vendor, d.is_locally_administered, d.via, f.fingerprint_hash, f.features_json,
        f.packets_total, f.data_bytes, f.first_seen, f.last_seen, f.updated_at, s.status, s.reason, d.dhcp_list, d.distinct_ja4, d.is_router,
        d.type, d.confidence, d.made_by, d.model, d.os_name
        FROM devices d
        JOIN device_fingerprints f ON f.device_id = d.device_id
        JOIN fingerprint_device_status s ON s.device_id = d.device_id
        """;

    private readonly SqliteConnection _connection;
    private readonly Statement _get, _addresses, _names, _hours, _state, _dhcp, _tls, _runs, _dhcpCount, _tlsCount, _offset;

    /// <summary>Takes the connection over.</summary>
    public ReadModelSession(SqliteConnection connection)
    {
        _connection = connection;
        _get = new(connection, $"SELECT {DeviceColumns} WHERE d.device_key = ?1");
        _addresses = new(connection, "SELECT address FROM device_addresses WHERE device_id = ?1 ORDER BY position");
        _names = new(connection, "SELECT name FROM device_host_names WHERE device_id = ?1 ORDER BY position");
        _hours = new(connection, """
            SELECT h.hour, h.count FROM devices d JOIN device_hours h ON h.device_id = d.device_id WHERE d.device_key = ?1 ORDER BY h.hour
            """);
        _state = new(connection, """
            SELECT s.state FROM devices d JOIN device_states s ON s.device_id = d.device_id WHERE d.device_key = ?1
            """);
        _dhcp = new(connection, """
            SELECT p.message_type, p.ordered_string, p.fingerprint_string, p.hash, p.vendor_class,
                p.captured_at, p.last_seen, max(p.count, 1)
            FROM devices d JOIN dhcp_fingerprints p ON p.device_id = d.device_id WHERE d.device_key = ?1 ORDER BY p.number DESC
            """);
        _tls = new(connection, """
            SELECT p.ja3_hash, p.ja4_hash, p.sni, p.destination_ip, p.destination_port, p.captured_at, p.last_seen, max(p.count, 1)
            FROM devices d JOIN tls_fingerprints p ON p.device_id = d.device_id WHERE d.device_key = ?1 ORDER BY p.number DESC LIMIT ?2
            """);
        _runs = new(connection, """
            SELECT run, source, timestamp, stored, insufficient, min_packets, ended FROM fingerprint_runs ORDER BY ordering DESC LIMIT ?1
            """);
        _dhcpCount = new(connection, "SELECT count(*) FROM dhcp_fingerprints");
        _tlsCount = new(connection, "SELECT count(*) FROM tls_fingerprints");
        _offset = new(connection, "SELECT ordering FROM projection_offset WHERE name = 'devices'");
    }

    public (IReadOnlyList<DeviceRow> Rows, long Total) List(DeviceQuery query)
    {
        var filter = new DeviceFilter(query);
        using var count = new Statement(_connection, $"SELECT count(*) FROM (SELECT {DeviceColumns} {filter.Where})");
        using var page = new Statement(_connection, $"SELECT {DeviceColumns} {filter.Where} {filter.OrderBy} LIMIT ?10 OFFSET ?11");
        filter.Bind(count);
        filter.Bind(page).Bind(10, Math.Clamp(query.Limit, 1, 1000)).Bind(11, Math.Max(0, query.Offset));
        return (Rows(page), count.Scalar() ?? 0);
    }

    public DeviceRow? Get(string key) => Rows(_get.Bind(1, key)) is [var row] ? row with { Hours = HoursOf(key) } : null;

    /// <summary>The state, which a table holds in full.</summary>
    public DeviceState? State(string key) => Read(
        _state.Bind(1, key), row => DeviceEventCodec.DecodeSnapshot(DeviceManifests.Snapshot, row.Utf8(0))!.State) is [var state] ? state : null;

    public IReadOnlyList<DhcpFingerprintRow> Dhcp(string key) => Read(
        _dhcp.Bind(1, key),
        row => new DhcpFingerprintRow(
            key, row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.TextOrNull(4), row.Int64(5), row.Int64(6), row.Int64(7)));

    public IReadOnlyList<TlsFingerprintRow> Tls(string key, int max) => Read(
        _tls.Bind(1, key).Bind(2, Math.Max(0, max)),
        row => new TlsFingerprintRow(
            key, row.TextOrNull(0) ?? "", row.Text(1), row.TextOrNull(2), row.TextOrNull(3), (int?)row.Int64OrNull(4),
            row.Int64(5), row.Int64(6), row.Int64(7)));

    /// <summary>From the state, which holds them in full: no table repeats it.</summary>
    public IReadOnlyList<FactRow> Facts(string key) =>
        [.. (State(key)?.Facts ?? []).Select(fact => new FactRow(StoredNames.Of(fact.Kind), fact.Value, fact.AtTicks))];

    public IReadOnlyList<RunRow> Runs(int max) => Read(
        _runs.Bind(1, Math.Max(0, max)),
        row => new RunRow(row.Text(0), row.Text(1), row.Int64(2), row.Int64(3), row.Int64(4), (int)row.Int64(5), row.Int64(6) != 0));

    public (long Dhcp, long Tls) Counts() => (_dhcpCount.Scalar() ?? 0, _tlsCount.Scalar() ?? 0);

    public long Offset() => _offset.Scalar() ?? 0;

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_get, _addresses, _names, _hours, _state, _dhcp, _tls, _runs, _dhcpCount, _tlsCount, _offset])
            statement.Dispose();
        _connection.Dispose();
    }

    private List<HourCount> HoursOf(string key) => Read(_hours.Bind(1, key), hour => new HourCount((int)hour.Int64(0), hour.Int64(1)));

    private List<DeviceRow> Rows(Statement rows) => Read(rows, row => new DeviceRow
    {
        Key = row.Text(1),
        Mac = row.TextOrNull(2),
        Label = row.TextOrNull(3),
        Vendor = row.TextOrNull(4),
        IsLocallyAdministered = row.Int64(5) != 0,
        Via = row.TextOrNull(6),
        FingerprintHash = row.TextOrNull(7),
        FeaturesJson = row.TextOrNull(8),
        PacketsTotal = row.Int64(9),
        DataBytes = row.Int64(10),
        FirstSeenTicks = row.Int64(11),
        LastSeenTicks = row.Int64(12),
        UpdatedTicks = row.Int64(13),
        Status = row.Text(14),
        Reason = row.Text(15),
        Addresses = Read(_addresses.Bind(1, row.Int64(0)), address => address.Text(0)),
        HostNames = Read(_names.Bind(1, row.Int64(0)), name => name.Text(0)),
        DhcpList = row.TextOrNull(16),
        DistinctJa4 = row.Int64(17),
        IsRouter = row.Int64(18) != 0,
        Identity = row.TextOrNull(19) is { } type
            ? new IdentityRow(type, row.Double(20), row.TextOrNull(21), row.TextOrNull(22), row.TextOrNull(23))
            : null,
    });

    private static List<T> Read<T>(Statement rows, Func<Statement, T> read)
    {
        var list = new List<T>();
        try
        {
            while (rows.Step()) list.Add(read(rows));
            return list;
        }
        finally
        {
            rows.Reset();
        }
    }
}
