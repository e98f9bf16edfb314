using ActorFingerprint.Core.Devices;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Status and reason of devices, and when a status changed: so an erasure can take a device out of the counts of past runs, which
/// then are those of a rebuild.
/// </summary>
internal sealed class DeviceStatusTable : IDisposable
{
    private readonly Statement _read, _write, _change;

    public DeviceStatusTable(SqliteConnection connection)
    {
        _read = new(connection, """
            SELECT s.is_informative, s.status, s.reason, f.packets_total
            FROM fingerprint_device_status s JOIN device_fingerprints f ON f.device_id = s.device_id WHERE s.device_id = ?1
            """);
        _write = new(connection, "UPDATE fingerprint_device_status SET status = ?2, reason = ?3, is_informative = ?4 WHERE device_id = ?1");
        _change = new(connection, """
            INSERT INTO device_status_changes(device_id, ordering, is_ok) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET is_ok = excluded.is_ok
            """);
    }

    /// <summary>
    /// Works the status out anew; <paramref name="informative"/> says whether the device has a fingerprint, null when that has not
    /// changed.
    /// </summary>
    public void Store(long device, bool? informative, long ordering, int minPackets)
    {
        if (!_read.Bind(1, device).Step()) return;
        var isInformative = informative ?? _read.Int64(0) != 0;
        var (was, reason, packets) = (_read.Text(1), _read.Text(2), _read.Int64(3));
        var changed = informative is not null && informative != (_read.Int64(0) != 0);
        _read.Reset();
        var status = DeviceStatus.Of(isInformative, packets, minPackets);
        if (!changed && status.Text == was && status.Reason == reason) return;
        _write.Bind(1, device).Bind(2, status.Text).Bind(3, status.Reason).Bind(4, isInformative ? 1 : 0).Run();
        if (status.Text != was) _change.Bind(1, device).Bind(2, ordering).Bind(3, status.IsOk ? 1 : 0).Run();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_read, _write, _change]) statement.Dispose();
    }
}
