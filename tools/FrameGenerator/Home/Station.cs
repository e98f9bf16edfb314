using System.Globalization;
using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>One device of the home during one part of a day: a model with its addresses.</summary>
internal sealed record Station(
    DeviceModel Model, EthernetAddress Mac, IPAddress Address, IPAddress? Address6, SeededRandom Random, long FromMicros, long ToMicros)
{
    /// <summary>Behind a router: the router's own MAC, which its frames carry.</summary>
    public EthernetAddress? Router { get; init; }

    /// <summary>Host name with the MAC filled in.</summary>
    public string? HostName => Model.HostName?
        .Replace("{tail}", (Mac.Value & 0xFFFFFF).ToString("X6", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{mac}", Mac.Value.ToString("X12", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Who the gateway takes the device for on the wire.</summary>
    public EthernetAddress LinkAddress => Router ?? Mac;

    /// <summary>The link to the gateway.</summary>
    public Link Link => Model.Segment == HomeSegment.Things
        ? Links.Tagged(LinkAddress, HomeNetwork.Gateway, HomeNetwork.ThingsVlan)
        : Links.Ethernet(LinkAddress, HomeNetwork.Gateway);

    /// <summary>A moment within the station's time.</summary>
    public long Moment() => FromMicros + (long)(Random.NextUInt64() % (ulong)(ToMicros - FromMicros));

    /// <summary>How many of so many a day fall into the station's time, at least one.</summary>
    public int Share(int perDay) => perDay == 0 ? 0 : (int)Math.Max(1, perDay * (ToMicros - FromMicros) / HomeNetwork.DayMicros);

    /// <summary>An Ethernet frame of the station's own, tagged where its segment is.</summary>
    public byte[] Frame(EthernetAddress destination, int etherType, byte[] payload) => Model.Segment == HomeSegment.Things
        ? Links.EthernetFrame(destination, LinkAddress, etherType, payload, (0x8100, HomeNetwork.ThingsVlan))
        : Links.EthernetFrame(destination, LinkAddress, etherType, payload);
}
