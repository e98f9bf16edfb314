using System.Collections.Immutable;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using static ActorFingerprint.Persistence.Projections.ColumnType;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>Writes the lists of a device (fingerprints, addresses, host names), each only when it changed.</summary>
internal sealed class FingerprintTables
{
    private const string Count = """
        SET count = t.count + {3}, captured_at = {least}(t.captured_at, {4}), last_seen = {greatest}(t.last_seen, {5})
        {from} WHERE t.device_id = {1} AND t.number = {2}
        """;

    private readonly RowSet _deleteDhcp, _deleteTls, _insertDhcp, _insertTls, _countDhcp, _countTls;
    private readonly RowSet _clearAddresses, _insertAddress, _clearHostNames, _insertHostName;

    public FingerprintTables(IProjectionDatabase database)
    {
        _deleteDhcp = database.Prepare("DELETE FROM dhcp_fingerprints {using} WHERE device_id = {1} AND number = {2}", BigInt, BigInt);
        _deleteTls = database.Prepare("DELETE FROM tls_fingerprints {using} WHERE device_id = {1} AND number = {2}", BigInt, BigInt);
        _insertDhcp = database.Prepare("""
            INSERT INTO dhcp_fingerprints(device_id, number, mac, message_type, ordered_string, fingerprint_string, hash, vendor_class,
                captured_at, last_seen, count) {rows}
            """, BigInt, BigInt, Text, Text, Text, Text, Text, Text, BigInt, BigInt, BigInt);
        _insertTls = database.Prepare("""
            INSERT INTO tls_fingerprints(device_id, number, mac, ja3_hash, ja4_hash, sni, destination_ip, destination_port,
                captured_at, last_seen, count) {rows}
            """, BigInt, BigInt, Text, Text, Text, Text, Text, BigInt, BigInt, BigInt, BigInt);
        _countDhcp = database.Prepare("UPDATE dhcp_fingerprints AS t " + Count, BigInt, BigInt, BigInt, BigInt, BigInt);
        _countTls = database.Prepare("UPDATE tls_fingerprints AS t " + Count, BigInt, BigInt, BigInt, BigInt, BigInt);
        _clearAddresses = database.Prepare("DELETE FROM device_addresses {using} WHERE device_id = {1}", BigInt);
        _insertAddress = database.Prepare(
            "INSERT INTO device_addresses(device_id, position, address, captured_at) {rows}", BigInt, BigInt, Text, BigInt);
        _clearHostNames = database.Prepare("DELETE FROM device_host_names {using} WHERE device_id = {1}", BigInt);
        _insertHostName = database.Prepare(
            "INSERT INTO device_host_names(device_id, position, name, source, captured_at) {rows}", BigInt, BigInt, Text, Text, BigInt);
    }

    /// <summary>Makes the rows say what is known of the device by now, given that they say what its stored state does.</summary>
    public void Write(ProjectedDevice device, string? mac)
    {
        if (device.IsEvolved)
        {
            var (before, now) = (device.Stored, device.Now);
            for (var kind = FingerprintKind.DhcpDiscover; kind <= FingerprintKind.Ja4; kind++)
            {
                var (old, values) = (before.History(kind).Values, now.History(kind).Values);
                if (old != values) WriteKind(device, mac, kind, old, values);
            }
            if (before.Addresses != now.Addresses) WriteAddresses(device.Number, before.Addresses, now.Addresses);
            if (before.HostNames != now.HostNames) WriteHostNames(device.Number, before.HostNames, now.HostNames);
        }
        foreach (var ((isTls, number), count) in device.Fingerprints)
            (isTls ? _countTls : _countDhcp).Bind(1, device.Number).Bind(2, number).Bind(3, count.Count).Bind(4, count.FirstTicks)
                .Bind(5, count.LastTicks).Run();
    }

    private void WriteKind(
        ProjectedDevice device, string? mac, FingerprintKind kind, ImmutableArray<FingerprintValue> old, ImmutableArray<FingerprintValue> now)
    {
        var isTls = kind == FingerprintKind.Ja4;
        var added = now.Select(value => value.Number).ToHashSet();
        foreach (var value in old)
            if (!added.Remove(value.Number)) (isTls ? _deleteTls : _deleteDhcp).Bind(1, device.Number).Bind(2, value.Number).Run();
        foreach (var value in now)
        {
            if (!added.Contains(value.Number)) continue;
            device.Fingerprints.Remove((isTls, value.Number), out var count);
            var seen = new FingerprintCount(kind, value.Number, 0, value.AtTicks, value.AtTicks);
            if (count.Count > 0)
                seen = seen with
                {
                    Count = count.Count,
                    FirstTicks = Math.Min(value.AtTicks, count.FirstTicks),
                    LastTicks = Math.Max(value.AtTicks, count.LastTicks),
                };
            if (isTls) InsertTls(device.Number, mac, value, seen);
            else InsertDhcp(device.Number, mac, kind, value, seen);
        }
    }

    private void InsertDhcp(long device, string? mac, FingerprintKind kind, FingerprintValue value, FingerprintCount seen) => _insertDhcp
        .Bind(1, device).Bind(2, value.Number).Bind(3, mac).Bind(4, Clue.MessageOf(kind)).Bind(5, value.Value)
        .Bind(6, value.Features.SortedList ?? "").Bind(7, value.Features.SortedHash ?? "").Bind(8, value.Features.VendorClass)
        .Bind(9, seen.FirstTicks).Bind(10, seen.LastTicks).Bind(11, seen.Count).Run();

    private void InsertTls(long device, string? mac, FingerprintValue value, FingerprintCount seen) => _insertTls
        .Bind(1, device).Bind(2, value.Number).Bind(3, mac).Bind(4, value.Features.Ja3).Bind(5, value.Value).Bind(6, value.Features.Sni)
        .Bind(7, value.Features.DestinationAddress).Bind(8, (long?)value.Features.DestinationPort)
        .Bind(9, seen.FirstTicks).Bind(10, seen.LastTicks).Bind(11, seen.Count).Run();

    private void WriteAddresses(long device, ImmutableArray<KnownAddress> old, ImmutableArray<KnownAddress> addresses)
    {
        var isLonger = IsLonger(old, addresses);
        if (!isLonger) _clearAddresses.Bind(1, device).Run();
        for (var i = isLonger ? old.Length : 0; i < addresses.Length; i++)
            _insertAddress.Bind(1, device).Bind(2, i).Bind(3, addresses[i].Address.ToString()).Bind(4, addresses[i].AtTicks).Run();
    }

    private void WriteHostNames(long device, ImmutableArray<KnownHostName> old, ImmutableArray<KnownHostName> names)
    {
        var isLonger = IsLonger(old, names);
        if (!isLonger) _clearHostNames.Bind(1, device).Run();
        for (var i = isLonger ? old.Length : 0; i < names.Length; i++)
        {
            var source = StoredNames.Of(names[i].Source);
            _insertHostName.Bind(1, device).Bind(2, i).Bind(3, names[i].Name).Bind(4, source).Bind(5, names[i].AtTicks).Run();
        }
    }

    /// <summary>True when values were only appended: the rows that are there stay as they are.</summary>
    private static bool IsLonger<T>(ImmutableArray<T> old, ImmutableArray<T> now) =>
        old.AsSpan().CommonPrefixLength(now.AsSpan()) == old.Length;
}
