using ActorFingerprint.Tools.FrameGenerator.Tls;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>What a DHCP client asks for and says of itself.</summary>
/// <param name="Parameters">Option 55 in its order.</param>
/// <param name="Order">Option codes of a DISCOVER and a REQUEST; 50 and 54 are sent when they apply.</param>
internal sealed record DhcpProfile(byte[] Parameters, byte[] Order)
{
    /// <summary>Option 60.</summary>
    public string? VendorClass { get; init; }

    /// <summary>Option 55 of an INFORM sent after the lease, as Windows does; null for none.</summary>
    public byte[]? InformParameters { get; init; }

    /// <summary>Plain BOOTP: no option 53, no options at all.</summary>
    public bool IsBootp { get; init; }
}

/// <summary>Where a device sits.</summary>
internal enum HomeSegment
{
    /// <summary>The main LAN, untagged.</summary>
    Main,

    /// <summary>VLAN 20, whose DHCP is relayed by the switch.</summary>
    Things,

    /// <summary>Behind a second router that does not translate addresses; its clients share the router's MAC.</summary>
    BehindRouter,
}

/// <summary>One kind of device of the home.</summary>
internal sealed record DeviceModel
{
    /// <summary>What it is, in words.</summary>
    public required string Name { get; init; }

    /// <summary>Vendor prefix of 24 bits; null for a locally administered address made at random.</summary>
    public string? Prefix { get; init; }

    /// <summary>Host name; <c>{tail}</c> stands for the last three bytes of the MAC, <c>{mac}</c> for all six.</summary>
    public string? HostName { get; init; }

    public DhcpProfile? Dhcp { get; init; }

    public IReadOnlyList<TlsStack> Stacks { get; init; } = [];

    /// <summary>What its browser talks QUIC with; null for none.</summary>
    public TlsStack? Quic { get; init; }

    /// <summary>Names that it connects to; all from RFC 2606.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    public int ServerPort { get; init; } = 443;

    public int ConnectionsPerDay { get; init; }

    /// <summary>Kilobytes of application data that one connection brings at most.</summary>
    public int BulkKilobytes { get; init; } = 2;

    /// <summary>Service that it announces by multicast DNS, as <c>_ipp._tcp.local</c>; null for none.</summary>
    public string? Service { get; init; }

    public bool HasIpv6 { get; init; }

    public HomeSegment Segment { get; init; }

    /// <summary>Hours of the day in which it is on.</summary>
    public (int From, int To) Hours { get; init; } = (0, 24);

    /// <summary>What it is from <see cref="ChangeHour"/> on, when something changes it; null keeps it.</summary>
    public DeviceModel? Becomes { get; init; }

    /// <summary>Hour of each day at which <see cref="Becomes"/> takes effect.</summary>
    public int ChangeHour { get; init; } = 12;

    /// <summary>The change also brings a new MAC address.</summary>
    public bool ChangesAddress { get; init; }
}
