using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Lldp;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Lldp;

public sealed class LldpStageSpecs
{
    private static readonly byte[] End = [0, 0];

    private readonly StageProbe _probe = new(new LldpStage());

    /// <summary>A phone with everything that is read.</summary>
    internal static byte[] Phone =>
    [
        .. Tlv(1, [5, 1, 10, 0, 0, 9]), .. Tlv(2, [3, 2, 0, 0, 0, 0, 7]), .. Tlv(3, 0, 120), .. Tlv(4, "eth0"u8), .. Tlv(5, "phone-7"u8),
        .. Tlv(6, "ACME Phone\n1.2"u8), .. Tlv(7, 0, 0x24, 0, 0x20), .. Tlv(8, [5, 1, 10, 0, 0, 9, 2, 0, 0, 0, 1, 0]),
        .. Tlv(8, [17, 2, 0x20, 1, 0x0D, 0xB8, .. Bytes(11, 0), 9, 2, 0, 0, 0, 1, 0]),
        .. Med(1, 0, 0x33, 3), .. Med(5, "rev B"u8), .. Med(6, "fw 1"u8), .. Med(7, "sw 2"u8), .. Med(8, "SERIAL"u8), .. Med(9, "ACME"u8),
        .. Med(10, "P-100"u8), .. Med(11, "ASSET"u8), .. Tlv(127, 0, 0x12, 0x0F, 2, 1, 1, 1), .. End,
    ];

    private static PacketHeader Header => new() { Interest = Interest.Lldp, SourceMac = StageProbe.ClientMac };

    private LldpObservation Last => Assert.IsType<LldpObservation>(_probe.Found[^1]);

    [Fact]
    public void A_data_unit_gives_its_parts_and_facts()
    {
        _probe.Give(Header, Phone);
        Assert.Equal(("announcement", "mac:02:11:22:33:44:55", "10.0.0.9"), (Last.Event, Last.Device.ToString(), Last.OwnAddress.ToString()));
        Assert.Equal([new GivenName("phone-7", HostNameSource.Lldp)], Last.HostNames);
        Assert.Equal(
            [
                "chassis=10.0.0.9", "port=02:00:00:00:00:07", "port-description=eth0", @"description=ACME Phone\x0a1.2",
                "capabilities=telephone", "management=10.0.0.9", "management=2001:db8::9", "class=3", "manufacturer=ACME", "model=P-100",
                "hardware=rev B", "firmware=fw 1", "software=sw 2",
            ],
            Last.Facts.Select(fact => fact.Value));
        Assert.All(Last.Facts, fact => Assert.Equal(FactKind.Lldp, fact.Kind));
        Assert.False(Last.IsPartial);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void Serial_numbers_and_asset_tags_are_not_kept()
    {
        _probe.Give(Header, Phone);
        foreach (var secret in new[] { "SERIAL", "ASSET" })
            Assert.DoesNotContain(Last.Facts, fact => fact.Value.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void A_repeat_within_the_minute_is_no_observation_and_a_change_is()
    {
        _probe.Give(Header, Phone).Give(Header, Phone);
        Assert.Single(_probe.Found);
        _probe.Give(Header, [.. Minimal("a"), .. End]).Give(Header with { SourceMac = StageProbe.ServerMac }, Phone);
        Assert.Equal(3, _probe.Found.Count);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        _probe.Give(Header, Phone);
        Assert.Equal(4, _probe.Found.Count);
    }

    [Fact]
    public void A_time_to_live_of_zero_is_a_shutdown()
    {
        _probe.Give(Header, [.. Tlv(1, [7, (byte)'c']), .. Tlv(2, [7, (byte)'p']), .. Tlv(3, 0, 0), .. End]);
        Assert.Equal("shutdown", Last.Event);
    }

    [Fact]
    public void The_first_part_of_a_kind_counts_and_empty_text_is_none()
    {
        _probe.Give(Header, [.. Minimal("a"), .. Tlv(5, [0, 0]), .. Tlv(5, "one"u8), .. Tlv(5, "two"u8), .. End]);
        Assert.Equal("one", Last.Unit.SystemName);
    }

    [Fact]
    public void What_follows_the_end_is_padding()
    {
        _probe.Give(Header, [.. Minimal("a"), .. End, .. Tlv(5, "name"u8), 0xFF]);
        Assert.Null(Last.Unit.SystemName);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void A_cut_part_keeps_those_before_it()
    {
        _probe.Give(Header, [.. Minimal("a"), .. Tlv(5, "name"u8), .. Tlv(6, "description"u8)[..^1]]);
        Assert.Equal(("name", null, true), (Last.Unit.SystemName, Last.Unit.SystemDescription, Last.IsPartial));
        Assert.Equal([Malformed.LldpUnit], _probe.Faults);
    }

    [Fact]
    public void The_three_mandatory_parts_come_first()
    {
        byte[] chassis = Tlv(1, 7, 1), port = Tlv(2, 7, 1), time = Tlv(3, 0, 9);
        byte[][] units =
        [
            [.. port, .. chassis, .. time], [.. chassis, .. time, .. port], [.. chassis, .. port], [.. Tlv(1, 7), .. port, .. time], End,
        ];
        foreach (var unit in units) _probe.Give(Header, [.. unit, .. End]);
        Assert.Empty(_probe.Found);
        Assert.Equal(units.Length, _probe.Faults.Count);
    }

    [Fact]
    public void Texts_and_lists_are_bounded()
    {
        byte[] addresses = [.. Enumerable.Range(0, 40).SelectMany(i => Tlv(8, [5, 1, 10, 0, 0, (byte)i]))];
        _probe.Give(Header, [.. Minimal("a"), .. Tlv(6, Bytes(511, 0x01)), .. addresses, .. End]);
        Assert.Equal(4, Last.Unit.ManagementAddresses.Count);
        Assert.Equal(DeviceFact.MaxLength, Last.Unit.SystemDescription!.Length);
        Assert.All(Last.Facts, fact => Assert.InRange(fact.Value.Length, 1, DeviceFact.MaxLength));
    }

    [Fact]
    public void Hostile_units_do_no_harm() => HostileMessages.GiveTo(new LldpStage(), Header, Phone);

    private static byte[] Minimal(string chassis) =>
        [.. Tlv(1, [7, .. System.Text.Encoding.ASCII.GetBytes(chassis)]), .. Tlv(2, 7, 1), .. Tlv(3, 0, 120)];

    private static byte[] Tlv(int type, params ReadOnlySpan<byte> value) => [.. U16(type << 9 | value.Length), .. value];

    private static byte[] Med(byte subtype, params ReadOnlySpan<byte> content) => Tlv(127, [0x00, 0x12, 0xBB, subtype, .. content]);
}
