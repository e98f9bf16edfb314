using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Tools.JournalGenerator;

/// <summary>A device that never existed, as far as the generator has to remember it.</summary>
internal struct GeneratedDevice
{
    private static readonly string[] Hosts = [.. Enumerable.Range(0, 200).Select(n => $"svc{n}.example.org")];
    private static readonly string[] Hellos = [.. Enumerable.Range(0, 400).Select(n => $"t13d15{n % 90 + 10}h2_{n * 7919:x12}_{n * 104729:x12}")];
    private static readonly string[] Lists = [.. Enumerable.Range(0, 60).Select(n => $"1,3,6,15,{n + 26},{n + 100},252")];
    private static readonly string[] Services = ["_ipp._tcp", "_airplay._tcp", "_googlecast._tcp", "_hap._tcp", "_ssh._tcp"];
    private static readonly DeviceType[] Types = [DeviceType.Unknown, .. Enum.GetValues<DeviceType>().Skip(1).Take(6)];

    /// <summary>Sequence number of its newest event.</summary>
    public int Sequence { get; set; }

    /// <summary>Number of its newest fingerprint.</summary>
    public int Number { get; private set; }

    /// <summary>Kind of the newest fingerprint.</summary>
    public FingerprintKind Kind { get; private set; }

    /// <summary>The key of the device with an index.</summary>
    public static DeviceKey KeyOf(int index)
    {
        var text = $"mac:{(index % 3 == 0 ? "00:00:0c" : "3c:06:30")}:{index >> 16 & 255:x2}:{index >> 8 & 255:x2}:{index & 255:x2}";
        return DeviceKey.TryParse(text, out var key) ? key : throw new InvalidOperationException(text);
    }

    /// <summary>The next thing that it shows.</summary>
    public DeviceEvent Next(SeededRandom random, int index, long at, Sighting where)
    {
        if (Sequence == 0) return new DeviceEvent.FirstSeen(at, KeyOf(index), where, false);
        switch (random.Next(100))
        {
            case < 45:
                (Kind, Number) = (FingerprintKind.Ja4, Number + 1);
                return new DeviceEvent.FingerprintObserved(at, Kind, Number, random.Pick(Hellos), new()
                {
                    Ja3 = "cd08e31494f9531f560d64c695473da9",
                    Sni = random.Pick(Hosts),
                    Alpn = "h2",
                    DestinationAddress = $"203.0.113.{random.Next(255)}",
                    DestinationPort = 443,
                }, where);
            case < 60:
                (Kind, Number) = (FingerprintKind.DhcpRequest, Number + 1);
                return new DeviceEvent.FingerprintObserved(at, Kind, Number, random.Pick(Lists), new()
                {
                    SortedList = "1,3,6,15,26,100,252",
                    SortedHash = "5d41402abc4b2a76b9719d911017c592ae2f60b0c5bb0f1d0f5c5d0c9bb0f1d0",
                    OptionOrder = "53,61,50,12,60,55,255",
                    VendorClass = "android-dhcp-13",
                }, where);
            case < 75:
                return new DeviceEvent.AddressObserved(at, $"10.{index >> 16 & 255}.{index >> 8 & 255}.{random.Next(256)}", where);
            case < 80:
                return new DeviceEvent.HostNameObserved(at, $"host-{index}-{random.Next(9)}", HostNameSource.DhcpHostName, where);
            case < 92:
                return new DeviceEvent.FactObserved(at, FactKind.MdnsService, random.Pick(Services), where);
            case < 97:
                return new DeviceEvent.Classified(at, random.Pick(Types), random.Next(100) / 100.0, [], "generated", where, "Acme", null, "Linux");
            default:
                return new DeviceEvent.ChurnDetected(at, FingerprintKind.Ja4, random.Pick(Hellos), random.Pick(Hellos), Math.Max(2, Number), where);
        }
    }

    /// <summary>What a batch counted of it.</summary>
    public readonly DeviceDelta Count(SeededRandom random, string persistenceId, long at)
    {
        var packets = random.Next(1, 40);
        return new()
        {
            PersistenceId = persistenceId,
            Packets = packets,
            Bytes = packets * 400L,
            FirstTicks = at - TimeSpan.TicksPerSecond,
            LastTicks = at,
            Fingerprints = Number == 0 ? [] : [new(Kind, Number, packets, at - TimeSpan.TicksPerSecond, at)],
            Hours = [new(HourCount.HourOf(at), packets)],
        };
    }
}
