using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Vendors;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>Writes the rows of one device: all that follows from its state, and the counts that deltas add.</summary>
internal sealed class DeviceTables : IDisposable
{
    private readonly Statement _insertDevice, _insertCounts, _insertStatus, _updateDevice, _updateFeatures, _touch;
    private readonly Statement _find, _load, _store, _add, _addDhcp, _addTls, _addHour;
    private readonly FingerprintTables _fingerprints;
    private readonly DeviceStatusTable _status;
    private readonly Statement[] _erase;
    private readonly Statement _eraseFromRuns, _behind;

    public DeviceTables(SqliteConnection connection)
    {
        _insertDevice = new(connection, """
            INSERT INTO devices(device_id, persistence_id, device_key, mac, vendor, is_locally_administered, via, is_router, distinct_ja4)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0)
            """);
        _insertCounts = new(connection, """
            INSERT INTO device_fingerprints(device_id, device_mac, packets_total, data_bytes, first_seen, last_seen, updated_at)
            VALUES (?1, ?2, 0, 0, ?3, ?3, ?3)
            """);
        _insertStatus = new(connection, """
            INSERT INTO fingerprint_device_status(device_id, mac, status, reason, is_informative) VALUES (?1, ?2, '', '', 0)
            """);
        _updateDevice = new(connection, """
            UPDATE devices SET is_router = ?2, dhcp_list = ?3, distinct_ja4 = ?4, via = ?5, type = ?6, confidence = ?7, made_by = ?8,
            model = ?9, os_name = ?10 WHERE device_id = ?1
            """);
        _updateFeatures = new(connection, """
            UPDATE device_fingerprints SET label = ?2, fingerprint_hash = ?3, features_json = ?4 WHERE device_id = ?1
            """);
        _touch = new(connection, "UPDATE device_fingerprints SET updated_at = max(updated_at, ?2) WHERE device_id = ?1");
        _find = new(connection, "SELECT device_id FROM devices WHERE persistence_id = ?1");
        _load = new(connection, "SELECT state FROM device_states WHERE device_id = ?1");
        _store = new(connection, """
            INSERT INTO device_states(device_id, state) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET state = excluded.state
            """);
        _add = new(connection, """
            UPDATE device_fingerprints SET packets_total = packets_total + ?2, data_bytes = data_bytes + ?3,
            first_seen = min(first_seen, ?4), last_seen = max(last_seen, ?5), updated_at = max(updated_at, ?5) WHERE device_id = ?1
            """);
        const string Count = "SET count = count + ?3, captured_at = min(captured_at, ?4), last_seen = max(last_seen, ?5)";
        _addDhcp = new(connection, $"UPDATE dhcp_fingerprints {Count} WHERE device_id = ?1 AND number = ?2");
        _addTls = new(connection, $"UPDATE tls_fingerprints {Count} WHERE device_id = ?1 AND number = ?2");
        _addHour = new(connection, """
            INSERT INTO device_hours(device_id, hour, count) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET count = count + excluded.count
            """);
        _fingerprints = new(connection);
        _status = new(connection);
        _eraseFromRuns = new(connection, """
            UPDATE fingerprint_runs SET (stored, insufficient) = (
                SELECT fingerprint_runs.stored - is_ok, fingerprint_runs.insufficient - (1 - is_ok) FROM device_status_changes c
                WHERE c.device_id = ?1 AND c.ordering < fingerprint_runs.ordering ORDER BY c.ordering DESC LIMIT 1)
            WHERE ordering > (SELECT min(ordering) FROM device_status_changes WHERE device_id = ?1)
            """);
        _behind = new(connection, """
            SELECT device_id FROM devices WHERE via = (SELECT mac FROM devices WHERE device_id = ?1) AND device_id <> ?1 ORDER BY device_id
            """);
        string[] tables =
        [
            "devices", "device_states", "device_fingerprints", "fingerprint_device_status", "device_status_changes",
            "dhcp_fingerprints", "tls_fingerprints", "device_addresses", "device_host_names", "device_hours",
        ];
        _erase = [.. tables.Select(table => new Statement(connection, $"DELETE FROM {table} WHERE device_id = ?1"))];
    }

    /// <summary>The number of a device, or null when it is not known (any more).</summary>
    public long? Find(string persistenceId) => _find.Bind(1, persistenceId).Scalar();

    /// <summary>The state of a device that is known.</summary>
    public DeviceState Load(long device)
    {
        try
        {
            return _load.Bind(1, device).Step()
                ? DeviceEventCodec.DecodeSnapshot(DeviceManifests.Snapshot, _load.Utf8(0))!.State
                : throw new InvalidDataException($"device {device} has no state: rebuild the projections with `actorfp journal replay`");
        }
        finally
        {
            _load.Reset();
        }
    }

    /// <summary>Makes the rows of a device that was seen for the first time; the state comes with <see cref="Store"/>.</summary>
    public void Insert(long device, string persistenceId, DeviceEvent.FirstSeen first)
    {
        var mac = MacOf(first.Device);
        var vendor = mac is null ? null : VendorTable.Embedded.Find(first.Device.Mac);
        _insertDevice.Bind(1, device).Bind(2, persistenceId).Bind(3, first.Device.ToString()).Bind(4, mac).Bind(5, vendor)
            .Bind(6, first.IsLocallyAdministered ? 1 : 0).Bind(7, first.Via).Run();
        _insertCounts.Bind(1, device).Bind(2, mac).Bind(3, first.AtTicks).Run();
        _insertStatus.Bind(1, device).Bind(2, mac).Run();
    }

    /// <summary>Makes the rows say what the state says, writing only what differs from <paramref name="before"/>.</summary>
    public void Store(long device, DeviceState before, DeviceState state, long atTicks)
    {
        var mac = MacOf(state.FirstSeen!.Device);
        _store.Bind(1, device).BindBlob(2, DeviceEventCodec.Encode(new DeviceSnapshot(state, DeviceCounters.Empty, 0)).Payload).Run();
        _fingerprints.Store(device, mac, before, state);
        _updateDevice.Bind(1, device).Bind(2, state.IsRouter ? 1 : 0).Bind(3, DeviceRows.NewestDhcpList(state))
            .Bind(4, state.History(FingerprintKind.Ja4).Distinct).Bind(5, state.FirstSeen.Via);
        var identity = DeviceRows.IdentityOf(state);
        _updateDevice.Bind(6, identity?.Type).Bind(7, identity?.Confidence).Bind(8, identity?.Vendor).Bind(9, identity?.Model)
            .Bind(10, identity?.Os).Run();
        var features = DeviceFeatures.ToCanonicalJson(state);
        var hash = features is null ? null : DeviceFeatures.Hash(features);
        _updateFeatures.Bind(1, device).Bind(2, state.Label).Bind(3, hash).Bind(4, features).Run();
        _touch.Bind(1, device).Bind(2, atTicks).Run();
    }

    /// <summary>Works the status out after the event at <paramref name="ordering"/>.</summary>
    public void StoreStatus(long device, DeviceState state, long ordering, int minPackets) =>
        _status.Store(device, state.Histories.Any(history => history.Distinct > 0), ordering, minPackets);

    /// <summary>Adds what a batch counted.</summary>
    public void Add(long device, DeviceDelta delta, long ordering, int minPackets)
    {
        if (delta.Packets == 0) return;
        _add.Bind(1, device).Bind(2, delta.Packets).Bind(3, delta.Bytes).Bind(4, delta.FirstTicks).Bind(5, delta.LastTicks).Run();
        foreach (var count in delta.Fingerprints)
        {
            if (count.Number == 0) continue;
            var add = count.Kind == FingerprintKind.Ja4 ? _addTls : _addDhcp;
            add.Bind(1, device).Bind(2, count.Number).Bind(3, count.Count).Bind(4, count.FirstTicks).Bind(5, count.LastTicks).Run();
        }
        foreach (var hour in delta.Hours ?? []) _addHour.Bind(1, device).Bind(2, hour.Hour).Bind(3, hour.Count).Run();
        _status.Store(device, null, ordering, minPackets);
    }

    /// <summary>The devices that were first seen through this one.</summary>
    public IReadOnlyList<long> Behind(long device)
    {
        var behind = new List<long>();
        _behind.Bind(1, device);
        while (_behind.Step()) behind.Add(_behind.Int64(0));
        return behind;
    }

    /// <summary>Removes every row of a device, and it from the counts of past runs, as if it had never been.</summary>
    public void Erase(long device)
    {
        _eraseFromRuns.Bind(1, device).Run();
        foreach (var erase in _erase) erase.Bind(1, device).Run();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)
            [
                _insertDevice, _insertCounts, _insertStatus, _updateDevice, _updateFeatures, _touch, _find, _load, _store, _add,
                _addDhcp, _addTls, _addHour, _eraseFromRuns, _behind, .. _erase,
            ])
        {
            statement.Dispose();
        }
        _fingerprints.Dispose();
        _status.Dispose();
    }

    private static string? MacOf(DeviceKey device) => device.Kind == DeviceKeyKind.Mac ? device.Mac.ToString() : null;
}
