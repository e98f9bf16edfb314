using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>The questions of <see cref="IDeviceReadModel"/>. The first parameter of those about a device is its key.</summary>
internal static class ReadModelQuestions
{
    private const string Tables = """
        FROM devices d
        JOIN device_fingerprints f ON f.device_id = d.device_id
        JOIN fingerprint_device_status s ON s.device_id = d.device_id
        """;

    private const string Devices = $$"""
        SELECT d.device_key, d.mac, f.label, d.vendor, d.is_locally_administered, d.via, f.fingerprint_hash, f.features_json,
            f.packets_total, f.data_bytes, f.first_seen, f.last_seen, f.updated_at, s.status, s.reason, d.dhcp_list, d.distinct_ja4, d.is_router,
            d.type, d.confidence, d.made_by, d.model, d.os_name,
            (SELECT {join}(a.address, {newline} ORDER BY a.position) FROM device_addresses a WHERE a.device_id = d.device_id),
            (SELECT {join}(n.name, {newline} ORDER BY n.position) FROM device_host_names n WHERE n.device_id = d.device_id)
        {{Tables}}
        """;

    /// <summary>A device, without its hours.</summary>
    public static readonly Question<DeviceRow> Device = new(Devices + " WHERE d.device_key = {1}", ReadDevice);

    /// <summary>The hours of a device, in their order.</summary>
    public static readonly Question<HourCount> Hours = new(
        """
        SELECT h.hour, h.count FROM devices d JOIN device_hours h ON h.device_id = d.device_id WHERE d.device_key = {1} ORDER BY h.hour
        """,
        row => new((int)row.Int64(0), row.Int64(1)));

    /// <summary>The state of a device, which a table holds in full.</summary>
    public static readonly Question<DeviceState> State = new(
        "SELECT s.state FROM devices d JOIN device_states s ON s.device_id = d.device_id WHERE d.device_key = {1}",
        row => DeviceEventCodec.DecodeSnapshot(DeviceManifests.Snapshot, row.BytesOrNull(0))!.State);

    /// <summary>The DHCP fingerprints of a device, newest first.</summary>
    public static readonly Question<DhcpFingerprintRow> Dhcp = new(
        """
        SELECT d.device_key, p.message_type, p.ordered_string, p.fingerprint_string, p.hash, p.vendor_class,
            p.captured_at, p.last_seen, {greatest}(p.count, 1)
        FROM devices d JOIN dhcp_fingerprints p ON p.device_id = d.device_id WHERE d.device_key = {1} ORDER BY p.number DESC
        """,
        row => new(
            row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.Int64(6), row.Int64(7), row.Int64(8)));

    /// <summary>The TLS fingerprints of a device, newest first, at most {2}.</summary>
    public static readonly Question<TlsFingerprintRow> Tls = new(
        """
        SELECT d.device_key, p.ja3_hash, p.ja4_hash, p.sni, p.destination_ip, p.destination_port, p.captured_at, p.last_seen,
            {greatest}(p.count, 1)
        FROM devices d JOIN tls_fingerprints p ON p.device_id = d.device_id WHERE d.device_key = {1} ORDER BY p.number DESC LIMIT {2}
        """,
        row => new(
            row.Text(0), row.TextOrNull(1) ?? "", row.Text(2), row.TextOrNull(3), row.TextOrNull(4), (int?)row.Int64OrNull(5),
            row.Int64(6), row.Int64(7), row.Int64(8)));

    /// <summary>Runs, newest first, at most {1}.</summary>
    public static readonly Question<RunRow> Runs = new(
        "SELECT run, source, timestamp, stored, insufficient, min_packets, ended FROM fingerprint_runs ORDER BY ordering DESC LIMIT {1}",
        row => new(row.Text(0), row.Text(1), row.Int64(2), row.Int64(3), row.Int64(4), (int)row.Int64(5), row.Int64(6) != 0));

    /// <summary>How many DHCP and TLS fingerprints there are.</summary>
    public static readonly Question<(long Dhcp, long Tls)> Counts = new(
        "SELECT (SELECT count(*) FROM dhcp_fingerprints), (SELECT count(*) FROM tls_fingerprints)", row => (row.Int64(0), row.Int64(1)));

    /// <summary>The ordering that the read side has reached.</summary>
    public static readonly Question<long> Offset = new("SELECT ordering FROM projection_offset WHERE name = 'devices'", row => row.Int64(0));

    /// <summary>One page of devices, without their hours; its parameters are <see cref="DeviceFilter.Values"/>.</summary>
    public static Question<DeviceRow> Page(DeviceFilter filter) => new($"{Devices} {filter.Where} {filter.OrderBy} {filter.Limit}", ReadDevice);

    /// <summary>How many devices there are on all pages; its parameters are <see cref="DeviceFilter.Conditions"/>.</summary>
    public static Question<long> Total(DeviceFilter filter) => new($"SELECT count(*) {Tables} {filter.Where}", row => row.Int64(0));

    /// <summary>The facts of a state, which holds them in full: no table repeats them.</summary>
    public static IReadOnlyList<FactRow> FactsOf(DeviceState? state) =>
        [.. (state?.Facts ?? []).Select(fact => new FactRow(StoredNames.Of(fact.Kind), fact.Value, fact.AtTicks))];

    private static DeviceRow ReadDevice(IRow row) => new()
    {
        Key = row.Text(0),
        Mac = row.TextOrNull(1),
        Label = row.TextOrNull(2),
        Vendor = row.TextOrNull(3),
        IsLocallyAdministered = row.Int64(4) != 0,
        Via = row.TextOrNull(5),
        FingerprintHash = row.TextOrNull(6),
        FeaturesJson = row.TextOrNull(7),
        PacketsTotal = row.Int64(8),
        DataBytes = row.Int64(9),
        FirstSeenTicks = row.Int64(10),
        LastSeenTicks = row.Int64(11),
        UpdatedTicks = row.Int64(12),
        Status = row.Text(13),
        Reason = row.Text(14),
        DhcpList = row.TextOrNull(15),
        DistinctJa4 = row.Int64(16),
        IsRouter = row.Int64(17) != 0,
        Identity = row.TextOrNull(18) is { } type
            ? new IdentityRow(type, row.Double(19), row.TextOrNull(20), row.TextOrNull(21), row.TextOrNull(22))
            : null,
        Addresses = Lines(row.TextOrNull(23)),
        HostNames = Lines(row.TextOrNull(24)),
    };

    /// <summary>Neither an address nor a host name, whose bytes outside printable ASCII are escaped, holds a line break.</summary>
    private static string[] Lines(string? joined) => joined?.Split('\n') ?? [];
}
