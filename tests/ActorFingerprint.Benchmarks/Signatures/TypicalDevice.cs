using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>Devices that showed what a device of a home shows: a DHCP list and vendor class, a name, services, a user agent, three JA4 values.</summary>
internal static class TypicalDevice
{
    private static readonly Sighting Where = new("benchmark#1", 1, 0);

    /// <summary>The device of this number, each with values of its own.</summary>
    public static DeviceState Make(int number)
    {
        DeviceEvent[] events =
        [
            new DeviceEvent.FirstSeen(0, DeviceKey.OfMac(Mac(number)), Where, false),
            new DeviceEvent.FingerprintObserved(1, FingerprintKind.DhcpRequest, 1, Value("DHCP list, exact", number),
                new FingerprintFeatures { VendorClass = Value("vendor class", number) }, Where),
            .. Enumerable.Range(0, 3).Select(i => new DeviceEvent.FingerprintObserved(
                2, FingerprintKind.Ja4, 2 + i, Value("JA4", number + i), new FingerprintFeatures { Ja3 = Value("JA3", number + i) }, Where)),
            new DeviceEvent.HostNameObserved(3, Value("host name", number), HostNameSource.DhcpHostName, Where),
            Fact(FactKind.MdnsText, Value("mDNS TXT", number)),
            Fact(FactKind.MdnsText, Value("mDNS TXT", number + 1)),
            Fact(FactKind.SsdpServer, Value("SSDP server", number)),
            Fact(FactKind.SsdpLocation, Value("SSDP location", number)),
            Fact(FactKind.UserAgent, Value("user agent", number)),
            Fact(FactKind.UserAgent, Value("user agent, unknown", number)),
        ];
        return events.Aggregate(DeviceState.Initial, Device.Evolve);
    }

    /// <summary>What a lookup asks of it.</summary>
    public static LookupQuery Query(int number) => (number % 3) switch
    {
        0 => new LookupQuery { Mac = Mac(number), DhcpList = Value("DHCP list, exact", number), VendorClass = Value("vendor class", number) },
        1 => new LookupQuery { Mac = Mac(number), DhcpList = Value("DHCP list, unlike any", number), Ja3 = Value("JA3", number), Ja4 = Value("JA4", number) },
        _ => new LookupQuery { Mac = Mac(number) },
    };

    private static MacAddress Mac(int number) => new((Convert.ToUInt64(Value("MAC prefix", number).PadRight(12, '0'), 16) & ~0xFFFUL) | (uint)(number & 0xFFF));

    private static string Value(string name, int number)
    {
        var values = SignatureQuestions.Named(name).Values;
        return values[number % values.Count];
    }

    private static DeviceEvent.FactObserved Fact(FactKind kind, string value) => new(4, kind, value, Where);
}
