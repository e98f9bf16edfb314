using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>Writes devices, each with its parents, once.</summary>
internal sealed class DeviceRows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _insert;
    private readonly Statement _find;
    private readonly Statement _raise;
    private readonly Statement _complete;
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);

    public DeviceRows(SqliteConnection connection)
    {
        _connection = connection;
        _insert = new Statement(connection,
            "INSERT INTO devices (parent_id, hierarchy, name, type, vendor, model, os_name, is_mobile, is_tablet, score) VALUES (?,?,?,?,?,?,?,?,?,?)");
        _find = new Statement(connection, "SELECT id FROM devices WHERE hierarchy = ?");
        _raise = new Statement(connection, "UPDATE devices SET score = ? WHERE id = ? AND score < ?");
        _complete = new Statement(connection,
            """
            UPDATE devices SET type = coalesce(type, ?), vendor = coalesce(vendor, ?), model = coalesce(model, ?), os_name = coalesce(os_name, ?),
              is_mobile = max(is_mobile, ?), is_tablet = max(is_tablet, ?) WHERE id = ?
            """);
    }

    /// <summary>The row of a device; made when it is not there, completed when it was known by its path only.</summary>
    /// <param name="device">The device.</param>
    /// <param name="score">Confidence of a signature that names it; its score is the highest.</param>
    public long IdOf(SignatureDevice device, int score)
    {
        if (!_ids.TryGetValue(device.Path, out var id))
        {
            id = _find.Bind(1, device.Path).Scalar() ?? Insert(device);
            Complete(id, device);
            _ids.Add(device.Path, id);
        }
        _raise.Bind(1, score).Bind(2, id).Bind(3, score).Run();
        return id;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _find.Dispose();
        _raise.Dispose();
        _complete.Dispose();
    }

    private long Insert(SignatureDevice device)
    {
        var parent = DevicePath.Parent(device.Path) is { } path ? IdOf(new SignatureDevice(path), 0) : (long?)null;
        Bind(_insert.Bind(1, parent).Bind(2, device.Path).Bind(3, device.Name), 4, device).Bind(10, 0).Run();
        return raw.sqlite3_last_insert_rowid(_connection.Handle);
    }

    private void Complete(long id, SignatureDevice device) => Bind(_complete, 1, device).Bind(7, id).Run();

    private static Statement Bind(Statement statement, int from, SignatureDevice device) => statement
        .Bind(from, device.Type == DeviceType.Unknown ? null : StoredNames.Of(device.Type)).Bind(from + 1, device.Vendor).Bind(from + 2, device.Model)
        .Bind(from + 3, device.Os).Bind(from + 4, device.IsMobile ? 1 : 0).Bind(from + 5, device.IsTablet ? 1 : 0);
}
