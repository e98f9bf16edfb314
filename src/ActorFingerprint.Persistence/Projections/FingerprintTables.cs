using System.Collections.Immutable;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>Writes the lists of a device (fingerprints, addresses, host names), each only when it changed.</summary>
internal sealed class FingerprintTables : IDisposable
{
    private readonly Statement _insertDhcp, _insertTls, _deleteDhcp, _deleteTls;
    private readonly Statement _insertAddress, _clearAddresses, _insertHostName, _clearHostNames;

    public FingerprintTables(SqliteConnection connection)
    {
        _insertDhcp = new(connection, """
            INSERT INTO dhcp_fingerprints(device_id, number, mac, message_type, ordered_string, fingerprint_string, hash, vendor_class,
                captured_at, last_seen, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0)
            """);
        _insertTls = new(connection, """
            INSERT INTO tls_fingerprints(device_id, number, mac, ja3_hash, ja4_hash, sni, destination_ip, destination_port,
                captured_at, last_seen, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0)
            """);
        _deleteDhcp = new(connection, "DELETE FROM dhcp_fingerprints WHERE device_id = ?1 AND number = ?2");
        _deleteTls = new(connection, "DELETE FROM tls_fingerprints WHERE device_id = ?1 AND number = ?2");
        _insertAddress = new(connection, "INSERT INTO device_addresses(device_id, position, address, captured_at) VALUES (?1, ?2, ?3, ?4)");
        _clearAddresses = new(connection, "DELETE FROM device_addresses WHERE device_id = ?1");
        _insertHostName = new(connection, """
            INSERT INTO device_host_names(device_id, position, name, source, captured_at) VALUES (?1, ?2, ?3, ?4, ?5)
            """);
        _clearHostNames = new(connection, "DELETE FROM device_host_names WHERE device_id = ?1");
    }

    /// <summary>Makes the rows say what <paramref name="state"/> says, given that they say what <paramref name="before"/> does.</summary>
    public void Store(long device, string? mac, DeviceState before, DeviceState state)
    {
        for (var kind = FingerprintKind.DhcpDiscover; kind <= FingerprintKind.Ja4; kind++)
        {
            var (old, now) = (before.History(kind).Values, state.History(kind).Values);
            if (old != now) StoreKind(device, mac, kind, old, now);
        }
        if (before.Addresses != state.Addresses) StoreAddresses(device, state.Addresses);
        if (before.HostNames != state.HostNames) StoreHostNames(device, state.HostNames);
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)
            [_insertDhcp, _insertTls, _deleteDhcp, _deleteTls, _insertAddress, _clearAddresses, _insertHostName, _clearHostNames])
            statement.Dispose();
    }

    private void StoreKind(
        long device, string? mac, FingerprintKind kind, ImmutableArray<FingerprintValue> old, ImmutableArray<FingerprintValue> now)
    {
        var delete = kind == FingerprintKind.Ja4 ? _deleteTls : _deleteDhcp;
        var kept = now.Select(value => value.Number).ToHashSet();
        foreach (var value in old)
            if (!kept.Remove(value.Number)) delete.Bind(1, device).Bind(2, value.Number).Run();
        foreach (var value in now)
        {
            if (!kept.Contains(value.Number)) continue;
            if (kind == FingerprintKind.Ja4) InsertTls(device, mac, value);
            else InsertDhcp(device, mac, kind, value);
        }
    }

    private void InsertDhcp(long device, string? mac, FingerprintKind kind, FingerprintValue value) => _insertDhcp
        .Bind(1, device).Bind(2, value.Number).Bind(3, mac).Bind(4, Clue.MessageOf(kind)).Bind(5, value.Value)
        .Bind(6, value.Features.SortedList ?? "").Bind(7, value.Features.SortedHash ?? "").Bind(8, value.Features.VendorClass)
        .Bind(9, value.AtTicks).Run();

    private void InsertTls(long device, string? mac, FingerprintValue value) => _insertTls
        .Bind(1, device).Bind(2, value.Number).Bind(3, mac).Bind(4, value.Features.Ja3).Bind(5, value.Value).Bind(6, value.Features.Sni)
        .Bind(7, value.Features.DestinationAddress).Bind(8, (long?)value.Features.DestinationPort).Bind(9, value.AtTicks).Run();

    private void StoreAddresses(long device, ImmutableArray<KnownAddress> addresses)
    {
        _clearAddresses.Bind(1, device).Run();
        for (var i = 0; i < addresses.Length; i++)
            _insertAddress.Bind(1, device).Bind(2, i).Bind(3, addresses[i].Address.ToString()).Bind(4, addresses[i].AtTicks).Run();
    }

    private void StoreHostNames(long device, ImmutableArray<KnownHostName> names)
    {
        _clearHostNames.Bind(1, device).Run();
        for (var i = 0; i < names.Length; i++)
        {
            var source = StoredNames.Of(names[i].Source);
            _insertHostName.Bind(1, device).Bind(2, i).Bind(3, names[i].Name).Bind(4, source).Bind(5, names[i].AtTicks).Run();
        }
    }
}
