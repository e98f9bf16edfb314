using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Cdp;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Cdp;

public sealed class CdpStageSpecs
{
    private readonly StageProbe _probe = new(new CdpStage());

    /// <summary>A switch with everything that is read.</summary>
    internal static byte[] Switch =>
    [
        2, 180, 0, 0, .. Tlv(1, "switch-1.lab"u8),
        .. Tlv(2, [.. U32(3), .. Ipv4(10, 0, 0, 1), .. Ipv6(1), 1, 1, 0x81, .. U16(2), 1, 2]), .. Tlv(3, "GigabitEthernet0/1"u8),
        .. Tlv(4, 0, 0, 0, 0x28), .. Tlv(5, "IOS\n15.2"u8), .. Tlv(6, "cisco WS-C2960"u8), .. Tlv(10, 0, 42), .. Tlv(11, 1),
        .. Tlv(22, [.. U32(2), .. Ipv4(10, 0, 0, 1), .. Ipv4(10, 0, 0, 2)]),
    ];

    private static PacketHeader Header => new() { Interest = Interest.Cdp, SourceMac = StageProbe.ClientMac };

    private CdpObservation Last => Assert.IsType<CdpObservation>(_probe.Found[^1]);

    [Fact]
    public void A_packet_gives_its_parts_and_facts()
    {
        _probe.Give(Header, Switch);
        Assert.Equal(("announcement", "mac:02:11:22:33:44:55", "10.0.0.1"), (Last.Event, Last.Device.ToString(), Last.OwnAddress.ToString()));
        Assert.Equal([new GivenName("switch-1.lab", HostNameSource.Cdp)], Last.HostNames);
        Assert.Equal((2, 180), (Last.Packet.Version, Last.Packet.TimeToLive));
        Assert.Equal(
            [
                "platform=cisco WS-C2960", @"software=IOS\x0a15.2", "capabilities=switch,igmp", "port=GigabitEthernet0/1", "native-vlan=42",
                "address=10.0.0.1", "address=2001:db8::1", "address=10.0.0.2",
            ],
            Last.Facts.Select(fact => fact.Value));
        Assert.All(Last.Facts, fact => Assert.Equal(FactKind.Cdp, fact.Kind));
        Assert.False(Last.IsPartial);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void A_repeat_within_the_minute_is_no_observation_and_a_change_is()
    {
        _probe.Give(Header, Switch).Give(Header, Switch).Give(Header, [1, 9, 0, 0, .. Tlv(1, "x"u8)]);
        Assert.Equal(2, _probe.Found.Count);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        _probe.Give(Header, Switch);
        Assert.Equal(3, _probe.Found.Count);
    }

    [Theory]
    [InlineData(new byte[] { 0, 5, 0, 3, 65 })]
    [InlineData(new byte[] { 0, 5, 0, 6, 65 })]
    [InlineData(new byte[] { 0, 5, 0 })]
    public void A_cut_part_keeps_those_before_it(byte[] cut)
    {
        _probe.Give(Header, [2, 180, 0, 0, .. Tlv(1, "name"u8), .. cut]);
        Assert.Equal(("name", null, true), (Last.Packet.DeviceId, Last.Packet.Software, Last.IsPartial));
        Assert.Equal([Malformed.CdpPacket], _probe.Faults);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2, 180, 0 })]
    [InlineData(new byte[] { 3, 180, 0, 0 })]
    public void A_short_packet_or_another_version_is_counted(byte[] packet)
    {
        _probe.Give(Header, packet);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.CdpPacket], _probe.Faults);
    }

    [Fact]
    public void Texts_and_lists_are_bounded_and_a_count_of_addresses_is_not_believed()
    {
        byte[] many = [.. U32(0xFFFFFFFF), .. Enumerable.Range(0, 40).SelectMany(i => Ipv4(10, 0, 1, (byte)i))];
        _probe.Give(Header, [2, 180, 0, 0, .. Tlv(5, Bytes(3000, 0x01)), .. Tlv(2, many)]);
        Assert.Equal(8, Last.Packet.Addresses.Count);
        Assert.Equal(DeviceFact.MaxLength, Last.Packet.Software!.Length);
        Assert.All(Last.Facts, fact => Assert.InRange(fact.Value.Length, 1, DeviceFact.MaxLength));
    }

    [Fact]
    public void Hostile_packets_do_no_harm() => HostileMessages.GiveTo(new CdpStage(), Header, Switch);

    private static byte[] Tlv(int type, params ReadOnlySpan<byte> value) => [.. U16(type), .. U16(4 + value.Length), .. value];

    private static byte[] Ipv4(params byte[] address) => [1, 1, 0xCC, .. U16(4), .. address];

    private static byte[] Ipv6(byte last) =>
        [2, 8, 0xAA, 0xAA, 3, 0, 0, 0, 0x86, 0xDD, .. U16(16), 0x20, 1, 0x0D, 0xB8, .. Bytes(11, 0), last];
}
