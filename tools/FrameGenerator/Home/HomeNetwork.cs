using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>Addresses of the home and of the internet beyond it (documentation blocks: RFC 5737, RFC 3849).</summary>
internal static class HomeNetwork
{
    public const long SecondMicros = 1_000_000;
    public const long MinuteMicros = 60 * SecondMicros;
    public const long HourMicros = 60 * MinuteMicros;
    public const long DayMicros = 24 * HourMicros;

    public const int ThingsVlan = 20;

    /// <summary>The first frame's earliest time: 2025-03-03 00:00:00 UTC, a Monday.</summary>
    public const long StartMicros = 1_740_960_000L * SecondMicros;

    public static readonly EthernetAddress Gateway = EthernetAddress.Parse("78:8A:20:4D:10:01");
    public static readonly EthernetAddress Switch = EthernetAddress.Parse("24:5A:4C:4D:20:02");

    public static readonly IPAddress GatewayAddress = new([10, 20, 0, 1]);
    public static readonly IPAddress ThingsGatewayAddress = new([10, 21, 0, 1]);
    public static readonly IPAddress Resolver = new([10, 20, 0, 1]);
    public static readonly IPAddress MulticastDns = new([224, 0, 0, 251]);

    private static readonly byte[][] DocumentationBlocks = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];

    /// <summary>Address of the n-th device in its segment.</summary>
    public static IPAddress DeviceAddress(HomeSegment segment, int index) => segment switch
    {
        HomeSegment.Main => new([10, 20, (byte)(1 + index / 250), (byte)(1 + index % 250)]),
        HomeSegment.Things => new([10, 21, (byte)(1 + index / 250), (byte)(1 + index % 250)]),
        _ => new([192, 168, (byte)(50 + index / 250), (byte)(1 + index % 250)]),
    };

    /// <summary>IPv6 address of the n-th device.</summary>
    public static IPAddress DeviceAddress6(int index) => IPAddress.Parse($"2001:db8:20::{index + 16:x}");

    /// <summary>Address that a server name has, always the same.</summary>
    public static IPAddress ServerAddress(string name, bool ipv6)
    {
        var hash = name.Aggregate(2166136261U, (sum, c) => (sum ^ c) * 16777619U);
        if (ipv6) return IPAddress.Parse($"2001:db8:ffff::{hash & 0xFFFF:x}");
        return new([.. DocumentationBlocks[hash % 3], (byte)(1 + (hash >> 8) % 250)]);
    }
}
