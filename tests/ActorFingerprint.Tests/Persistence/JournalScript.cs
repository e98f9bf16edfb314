using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>Writes a journal as the engine does: device events, then the shard row that counts them, in one commit.</summary>
internal sealed class JournalScript(IJournal journal, DevicePseudonyms pseudonyms)
{
    public const string Run = "home#1";
    public const long Day = TimeSpan.TicksPerDay;

    /// <summary>2026-01-01.</summary>
    public static readonly long Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly Dictionary<string, long> _highest = [];
    private readonly List<NewEvent> _events = [];
    private readonly List<DeviceDelta> _deltas = [];

    /// <summary>The key of a device: a MAC address, from 1000 on an address of the site.</summary>
    public static DeviceKey Key(int n) =>
        DeviceKey.TryParse(n < 1000 ? $"mac:00:00:0c:00:{n / 256:x2}:{n % 256:x2}" : $"ip:home/0/192.0.{n / 256 % 256}.{n % 256}", out var key)
            ? key
            : throw new FormatException();

    public string Id(int n) => pseudonyms.PersistenceIdOf(Key(n));

    public JournalScript Seen(int n, long at, string? via = null) =>
        Device(n, new DeviceEvent.FirstSeen(at, Key(n), Where, false, via));

    public JournalScript Ja4(int n, long at, int number, string value, string sni = "example.org") =>
        Device(n, new DeviceEvent.FingerprintObserved(at, FingerprintKind.Ja4, number, value, new()
        {
            Ja3 = "cd08e31494f9531f560d64c695473da9",
            Sni = sni,
            DestinationAddress = "203.0.113.7",
            DestinationPort = 443,
        }, Where));

    public JournalScript Dhcp(int n, long at, int number, string list) =>
        Device(n, new DeviceEvent.FingerprintObserved(at, FingerprintKind.DhcpRequest, number, list, new()
        {
            SortedList = "1,3,6",
            SortedHash = "ab",
            VendorClass = "MSFT 5.0",
        }, Where));

    public JournalScript Device(int n, DeviceEvent @event)
    {
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        return Append(Id(n), manifest, payload);
    }

    public JournalScript Count(int n, long packets, long first, long last, params FingerprintCount[] fingerprints)
    {
        _deltas.Add(new()
        {
            PersistenceId = Id(n),
            Packets = packets,
            Bytes = packets * 100,
            FirstTicks = first,
            LastTicks = last,
            Fingerprints = fingerprints,
            Hours = [new(HourCount.HourOf(last), packets)],
            Sni = [new($"host-{n}.example.org", packets)],
        });
        return this;
    }

    public JournalScript RunEvent(RunEvent @event)
    {
        var (manifest, payload) = RunEventCodec.Encode(@event);
        return Append(RunEventCodec.PersistenceIdOf(@event.Run), manifest, payload);
    }

    public async Task CommitAsync(CancellationToken stop, int shard = 0)
    {
        if (_deltas.Count > 0)
        {
            var row = new ShardRow { Watermarks = [new(Run, 1, 1, 0)], Deltas = [.. _deltas] };
            Append(ShardRowCodec.PersistenceIdOf(shard), ShardRow.Manifest, ShardRowCodec.Encode(row));
        }
        await journal.WriteAsync([new(null, [.. _events], [])], stop);
        _events.Clear();
        _deltas.Clear();
    }

    private static Sighting Where => new(Run, 1, 0);

    private JournalScript Append(string id, string manifest, byte[] payload)
    {
        var sequenceNumber = _highest[id] = _highest.GetValueOrDefault(id) + 1;
        _events.Add(new(id, sequenceNumber, manifest, payload));
        return this;
    }
}
