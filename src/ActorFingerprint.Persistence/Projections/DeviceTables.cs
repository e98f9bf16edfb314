using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Vendors;
using ActorFingerprint.Engine.Projections;
using static ActorFingerprint.Persistence.Projections.ColumnType;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>Reads and writes the rows of devices: all that follows from their states, and the counts that deltas add.</summary>
internal sealed class DeviceTables
{
    private static readonly string[] Names =
    [
        "devices", "device_states", "device_fingerprints", "fingerprint_device_status", "device_status_changes",
        "dhcp_fingerprints", "tls_fingerprints", "device_addresses", "device_host_names", "device_hours",
    ];

    private readonly IRowQuery _load, _behind, _undecided, _counts;
    private readonly RowSet _eraseFromRuns, _insertDevice, _updateDevice, _state, _insertCounts, _updateShown, _updateCounts;
    private readonly RowSet _insertStatus, _updateStatus, _change, _hours;
    private readonly RowSet[] _erase;
    private readonly FingerprintTables _fingerprints;
    private readonly ProjectionPartition _partition;

    public DeviceTables(IProjectionDatabase database, ProjectionPartition partition)
    {
        _partition = partition;
        _load = database.Query("""
            SELECT d.persistence_id, d.device_id, s.state, f.packets_total, f.data_bytes, f.first_seen, f.last_seen, f.updated_at,
                t.is_informative, t.status, t.reason
            FROM devices d
            JOIN device_fingerprints f ON f.device_id = d.device_id
            JOIN fingerprint_device_status t ON t.device_id = d.device_id
            LEFT JOIN device_states s ON s.device_id = d.device_id
            {cross} WHERE d.persistence_id = {1}
            """, Text);
        _behind = database.Query("""
            SELECT d.persistence_id FROM devices d {cross}
            WHERE d.via = {1} AND d.device_id <> {2} AND d.persistence_id >= {3} AND d.persistence_id < {4} ORDER BY d.device_id
            """, Text, BigInt, Text, Text);
        _undecided = database.Query("""
            SELECT d.persistence_id, d.device_id FROM fingerprint_device_status t JOIN devices d ON d.device_id = t.device_id {cross}
            WHERE t.is_informative = 0 AND t.device_id > {1} AND d.persistence_id >= {2} AND d.persistence_id < {3}
            ORDER BY t.device_id LIMIT 4096
            """, BigInt, Text, Text);
        _counts = partition.IsWhole
            ? database.Query("SELECT status, count(*) FROM fingerprint_device_status GROUP BY status")
            : database.Query("""
                SELECT t.status, count(*) FROM fingerprint_device_status t JOIN devices d ON d.device_id = t.device_id {cross}
                WHERE d.persistence_id >= {1} AND d.persistence_id < {2} GROUP BY t.status
                """, Text, Text);
        _eraseFromRuns = database.Prepare("""
            UPDATE fingerprint_runs SET
                stored = stored - (SELECT c.is_ok FROM device_status_changes c
                    WHERE c.device_id = {1} AND c.ordering < fingerprint_runs.ordering ORDER BY c.ordering DESC LIMIT 1),
                insufficient = insufficient - (SELECT 1 - c.is_ok FROM device_status_changes c
                    WHERE c.device_id = {1} AND c.ordering < fingerprint_runs.ordering ORDER BY c.ordering DESC LIMIT 1)
            {from} WHERE fingerprint_runs.ordering < {2}
                AND fingerprint_runs.ordering > (SELECT min(ordering) FROM device_status_changes WHERE device_id = {1})
            """, BigInt, BigInt);
        _erase = [.. Names.Select(table => database.Prepare($"DELETE FROM {table} {{using}} WHERE {table}.device_id = {{1}}", BigInt))];
        _insertDevice = database.Prepare("""
            INSERT INTO devices(device_id, persistence_id, device_key, mac, vendor, is_locally_administered, via, is_router, dhcp_list,
                distinct_ja4, type, confidence, made_by, model, os_name) {rows}
            """, BigInt, Text, Text, Text, Text, BigInt, Text, BigInt, Text, BigInt, Text, Real, Text, Text, Text);
        _updateDevice = database.Prepare("""
            UPDATE devices SET via = {2}, is_router = {3}, dhcp_list = {4}, distinct_ja4 = {5}, type = {6}, confidence = {7}, made_by = {8},
                model = {9}, os_name = {10} {from} WHERE devices.device_id = {1}
            """, BigInt, Text, BigInt, Text, BigInt, Text, Real, Text, Text, Text);
        _state = database.Prepare("""
            INSERT INTO device_states(device_id, state) {rows} ON CONFLICT(device_id) DO UPDATE SET state = excluded.state
            """, BigInt, Blob);
        _insertCounts = database.Prepare("""
            INSERT INTO device_fingerprints(device_id, device_mac, label, fingerprint_hash, features_json, packets_total, data_bytes,
                first_seen, last_seen, updated_at) {rows}
            """, BigInt, Text, Text, Text, Text, BigInt, BigInt, BigInt, BigInt, BigInt);
        _updateShown = database.Prepare("""
            UPDATE device_fingerprints SET label = {2}, fingerprint_hash = {3}, features_json = {4}, packets_total = {5}, data_bytes = {6},
                first_seen = {7}, last_seen = {8}, updated_at = {9} {from}
            WHERE device_fingerprints.device_id = {1}
            """, BigInt, Text, Text, Text, BigInt, BigInt, BigInt, BigInt, BigInt);
        _updateCounts = database.Prepare("""
            UPDATE device_fingerprints SET packets_total = {2}, data_bytes = {3}, first_seen = {4}, last_seen = {5}, updated_at = {6} {from}
            WHERE device_fingerprints.device_id = {1}
            """, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);
        _insertStatus = database.Prepare("""
            INSERT INTO fingerprint_device_status(device_id, mac, status, reason, is_informative) {rows}
            """, BigInt, Text, Text, Text, BigInt);
        _updateStatus = database.Prepare("""
            UPDATE fingerprint_device_status SET status = {2}, reason = {3}, is_informative = {4} {from}
            WHERE fingerprint_device_status.device_id = {1}
            """, BigInt, Text, Text, BigInt);
        _change = database.Prepare("""
            INSERT INTO device_status_changes(device_id, ordering, is_ok) {rows}
            ON CONFLICT(device_id, ordering) DO UPDATE SET is_ok = excluded.is_ok
            """, BigInt, BigInt, BigInt);
        _hours = database.Prepare("""
            INSERT INTO device_hours(device_id, hour, count) {rows}
            ON CONFLICT(device_id, hour) DO UPDATE SET count = device_hours.count + excluded.count
            """, BigInt, BigInt, BigInt);
        _fingerprints = new(database);
    }

    /// <summary>The devices that are known of these persistence ids.</summary>
    public void Load(IReadOnlyList<string> persistenceIds, Action<ProjectedDevice> found)
    {
        if (persistenceIds.Count > 0) _load.Read(persistenceIds, row => found(ProjectedDevice.Of(row)));
    }

    /// <summary>Persistence ids of the devices that were first seen through a MAC address, one left out.</summary>
    public List<string> Behind(string mac, long except)
    {
        var behind = new List<string>();
        _behind.Read(row => behind.Add(row.Text(0)), mac, except, _partition.From, _partition.To);
        return behind;
    }

    /// <summary>Persistence ids and numbers of some devices without a fingerprint, by rising number after one.</summary>
    public List<(string PersistenceId, long Number)> Undecided(long after)
    {
        var undecided = new List<(string, long)>();
        _undecided.Read(row => undecided.Add((row.Text(0), row.Int64(1))), after, _partition.From, _partition.To);
        return undecided;
    }

    /// <summary>How many devices are ok, and how many insufficient.</summary>
    public (long Ok, long Insufficient) Counts()
    {
        var (ok, insufficient) = (0L, 0L);
        void Count(IRow row) => _ = row.Text(0) == "ok" ? ok = row.Int64(1) : insufficient = row.Int64(1);
        if (_partition.IsWhole) _counts.Read(Count);
        else _counts.Read(Count, _partition.From, _partition.To);
        return (ok, insufficient);
    }

    /// <summary>Makes the rows of a device say what is known of it, writing only what differs.</summary>
    public void Write(ProjectedDevice device)
    {
        var (number, now) = (device.Number, device.Now);
        var mac = MacOf(now.FirstSeen!.Device);
        if (device.IsEvolved) _state.Bind(1, number).Bind(2, DeviceEventCodec.Encode(new DeviceSnapshot(now, DeviceCounters.Empty, 0)).Payload).Run();
        if (device.IsEvolved || device.Fingerprints.Count > 0) _fingerprints.Write(device, mac);
        if (device.IsNew) Insert(device, mac);
        else Update(device);
        foreach (var (ordering, isOk) in device.StatusChanges) _change.Bind(1, number).Bind(2, ordering).Bind(3, isOk).Run();
        foreach (var (hour, count) in device.Hours) _hours.Bind(1, number).Bind(2, hour).Bind(3, count).Run();
        device.Written();
    }

    /// <summary>
    /// Removes every row of a device, and it from the counts of the runs before an ordering, as if it had never been. Nothing waits for it.
    /// </summary>
    public void Erase(long device, long ordering)
    {
        _eraseFromRuns.Bind(1, device).Bind(2, ordering).Run();
        foreach (var erase in _erase) erase.Bind(1, device).Run();
    }

    private void Insert(ProjectedDevice device, string? mac)
    {
        var (number, now, first) = (device.Number, device.Now, device.Now.FirstSeen!);
        var (packets, bytes, firstSeen, lastSeen, updated) = device.Counts;
        var shown = Description.Of(now);
        _insertDevice.Bind(1, number).Bind(2, device.PersistenceId).Bind(3, first.Device.ToString()).Bind(4, mac)
            .Bind(5, mac is null ? null : VendorTable.Embedded.Find(first.Device.Mac)).Bind(6, first.IsLocallyAdministered)
            .Bind(7, shown.Via).Bind(8, shown.IsRouter).Bind(9, shown.DhcpList).Bind(10, shown.DistinctJa4).Bind(11, shown.Identity?.Type)
            .Bind(12, shown.Identity?.Confidence).Bind(13, shown.Identity?.Vendor).Bind(14, shown.Identity?.Model)
            .Bind(15, shown.Identity?.Os).Run();
        var (hash, features) = FeaturesOf(now);
        _insertCounts.Bind(1, number).Bind(2, mac).Bind(3, now.Label).Bind(4, hash).Bind(5, features).Bind(6, packets).Bind(7, bytes)
            .Bind(8, firstSeen).Bind(9, lastSeen).Bind(10, updated).Run();
        _insertStatus.Bind(1, number).Bind(2, mac).Bind(3, device.Status).Bind(4, device.Reason).Bind(5, device.IsInformative).Run();
    }

    private void Update(ProjectedDevice device)
    {
        var (packets, bytes, first, last, updated) = device.Counts;
        if (device.IsEvolved) UpdateDescription(device.Number, device.Stored, device.Now);
        if (device.IsEvolved && (device.Stored.Histories != device.Now.Histories || device.Stored.Label != device.Now.Label))
        {
            var (hash, features) = FeaturesOf(device.Now);
            _updateShown.Bind(1, device.Number).Bind(2, device.Now.Label).Bind(3, hash).Bind(4, features).Bind(5, packets).Bind(6, bytes)
                .Bind(7, first).Bind(8, last).Bind(9, updated).Run();
        }
        else if (device.IsCounted)
            _updateCounts.Bind(1, device.Number).Bind(2, packets).Bind(3, bytes).Bind(4, first).Bind(5, last).Bind(6, updated).Run();
        if (device.IsDecided)
            _updateStatus.Bind(1, device.Number).Bind(2, device.Status).Bind(3, device.Reason).Bind(4, device.IsInformative).Run();
    }

    private void UpdateDescription(long number, DeviceState before, DeviceState now)
    {
        var shown = Description.Of(now);
        if (shown != Description.Of(before))
            _updateDevice.Bind(1, number).Bind(2, shown.Via).Bind(3, shown.IsRouter).Bind(4, shown.DhcpList).Bind(5, shown.DistinctJa4)
                .Bind(6, shown.Identity?.Type).Bind(7, shown.Identity?.Confidence).Bind(8, shown.Identity?.Vendor)
                .Bind(9, shown.Identity?.Model).Bind(10, shown.Identity?.Os).Run();
    }

    private static (string? Hash, string? Features) FeaturesOf(DeviceState state) =>
        DeviceFeatures.ToCanonicalJson(state) is { } features ? (DeviceFeatures.Hash(features), features) : (null, null);

    private static string? MacOf(DeviceKey device) => device.Kind == DeviceKeyKind.Mac ? device.Mac.ToString() : null;

    /// <summary>What <c>devices</c> shows of a state and events may change.</summary>
    private readonly record struct Description(string? Via, bool IsRouter, string? DhcpList, long DistinctJa4, IdentityRow? Identity)
    {
        public static Description Of(DeviceState state) => new(
            state.FirstSeen!.Via, state.IsRouter, DeviceRows.NewestDhcpList(state), state.History(FingerprintKind.Ja4).Distinct,
            DeviceRows.IdentityOf(state));
    }
}
