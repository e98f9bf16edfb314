using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dhcpv6;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Dhcpv6.Dhcpv6Bytes;

namespace ActorFingerprint.Tests.Protocols.Dhcpv6;

public sealed class Dhcpv6StageSpecs
{
    private const string OnLink = "mac:02:11:22:33:44:55";
    private const string InDuid = "mac:02:00:00:00:00:99";

    private readonly StageProbe _probe = new(new Dhcpv6Stage());

    [Fact]
    public void A_solicitation_gives_its_fields_and_facts()
    {
        var found = Read(FromClient(), Solicit());
        var message = found.Message;
        Assert.Equal(("solicit", OnLink, 0xABCDEFu), (found.Event, found.Device.ToString(), message.TransactionId));
        Assert.Equal([1, 6, 8, 3, 5, 16, 39], message.OptionOrder);
        Assert.Equal([1, 6, 8, 3, 16, 39], message.Options);
        Assert.Equal([24, 23, 17, 23], message.OptionRequest!);
        Assert.Equal((311u, "MSFT 5.0"), (message.VendorClasses[0].Enterprise, message.VendorClasses[0].Data[0]));
        Assert.Equal([new GivenName("host.lan", HostNameSource.Dhcpv6Fqdn)], found.HostNames);
        Assert.Equal("fe80::7", found.OwnAddress.ToString());
        Assert.Equal(
            [
                new DeviceFact(FactKind.Dhcpv6, "1;options=1,6,8,3,16,39;oro=24,23,17,23"),
                new DeviceFact(FactKind.Duid, "llt 000100010102030402000000" + "0099"),
                new DeviceFact(FactKind.Dhcpv6Vendor, "311 MSFT 5.0"),
            ],
            found.Facts);
        Assert.False(found.IsPartial || found.CrossesRouters);
        Assert.Empty(_probe.Faults);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(11, true)]
    [InlineData(4, false)]
    [InlineData(8, false)]
    [InlineData(9, false)]
    public void Messages_that_ask_for_options_carry_a_fingerprint(byte type, bool isFingerprint)
    {
        var found = Read(FromClient(), Message(type, Option(1, LinkLayerTime), Codes(6, 23)));
        Assert.Equal(isFingerprint, found.Facts.Any(fact => fact == new DeviceFact(FactKind.Dhcpv6, $"{type};options=1,6;oro=23")));
    }

    [Fact]
    public void An_answer_tells_of_the_client_that_it_goes_to_and_gives_no_facts()
    {
        var found = Read(FromServer(), Message(2, Option(1, LinkLayerTime), Option(2, Uuid), Option(39, [0, 1, (byte)'x', 0])));
        Assert.Equal(("advertise", OnLink), (found.Event, found.Device.ToString()));
        Assert.Empty(found.Facts);
        Assert.Empty(found.HostNames);
        Assert.True(found.OwnAddress.IsNone);
        Assert.Equal(Uuid, found.Message.ServerDuid!);
    }

    [Theory]
    [InlineData(7, 60, "2001:db8::7")]
    [InlineData(7, 0, "")]
    [InlineData(2, 60, "")]
    public void A_reply_gives_the_client_the_address_that_it_leases(byte type, int lifetime, string own)
    {
        byte[] association = Option(3, [.. new byte[12], .. Lease("2001:db8::7", lifetime)]);
        Assert.Equal(own, Read(FromServer(), Message(type, Option(1, LinkLayerTime), association)).OwnAddress.ToString());
    }

    [Fact]
    public void A_routed_message_tells_of_the_mac_in_the_duid_else_of_the_duid()
    {
        Assert.Equal(InDuid, Read(Routed(), Solicit()).Device.ToString());
        Assert.Equal("duid:0004" + string.Concat(Enumerable.Repeat("ab", 16)), Read(Routed(), Solicit(Uuid)).Device.ToString());
    }

    [Fact]
    public void A_message_that_nothing_identifies_is_counted_and_dropped()
    {
        _probe.Give(Routed(), Message(11, Codes(6, 23)));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.Dhcpv6ClientUnknown], _probe.Faults);
    }

    [Fact]
    public void A_relayed_message_is_read_through_its_relays()
    {
        var inner = Relay(12, 0, Option(18, 1), Option(9, Solicit()), Option(37, 2));
        var found = Read(FromClient(), Relay(12, 1, Option(9, inner)));
        Assert.Equal(("solicit", InDuid, "fe80::9"), (found.Event, found.Device.ToString(), found.OwnAddress.ToString()));
        Assert.True(found.LinkAddress == default);
        Assert.Equal(["1: 9", "0: 18,9,37"], found.Relays.Select(relay => $"{relay.HopCount}: {string.Join(',', relay.OptionOrder)}"));
        Assert.Equal(("2001:db8::1", "fe80::9"), (found.Relays[0].LinkAddress.ToString(), found.Relays[1].PeerAddress.ToString()));
    }

    [Fact]
    public void The_relay_next_to_the_client_knows_its_mac()
    {
        var inner = Relay(12, 0, Option(79, 0, 1, 2, 0, 0, 0, 0, 0x42), Option(9, Solicit(Uuid)));
        Assert.Equal("mac:02:00:00:00:00:42", Read(FromClient(), inner).Device.ToString());
        var outer = Relay(12, 1, Option(79, 0, 1, 2, 0, 0, 0, 0, 1), Option(9, inner));
        Assert.Equal("mac:02:00:00:00:00:42", Read(FromClient(), outer).Device.ToString());
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Relays_are_taken_off_up_to_the_hop_limit(int relays, bool isRead)
    {
        var message = Solicit();
        for (var hops = 0; hops < relays; hops++) message = Relay(12, (byte)hops, Option(9, message));
        _probe.Give(FromClient(), message);
        Assert.Equal(isRead, _probe.Found.Count == 1);
        Assert.Equal(isRead ? [] : [Malformed.Dhcpv6RelayTooDeep], _probe.Faults);
    }

    [Fact]
    public void A_cut_option_gives_only_its_code_and_keeps_what_came_before()
    {
        var found = Read(FromClient(), [.. Message(1, Option(1, LinkLayerTime)), 0, 6, 0, 9, 0, 23]);
        Assert.Equal([1, 6], found.Message.OptionOrder);
        Assert.Null(found.Message.OptionRequest);
        Assert.True(found.IsPartial);
        Assert.Equal([Malformed.Dhcpv6Option], _probe.Faults);
        Assert.DoesNotContain(found.Facts, fact => fact.Kind == FactKind.Dhcpv6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(131)]
    public void A_duid_of_a_forbidden_length_is_none(int length) =>
        Assert.Null(Read(FromClient(), Message(1, Option(1, new byte[length]))).Message.ClientDuid);

    [Theory]
    [InlineData(new byte[] { 0, 3, 0, 1, 2, 0, 0, 0, 0, 5 }, "ll", "02:00:00:00:00:05")]
    [InlineData(new byte[] { 0, 3, 0, 27, 2, 0, 0, 0, 0, 5, 6, 7 }, "ll", "00:00:00:00:00:00")]
    [InlineData(new byte[] { 0, 2, 0, 0, 0, 9, 1 }, "en", "00:00:00:00:00:00")]
    [InlineData(new byte[] { 1, 0, 7 }, "256", "00:00:00:00:00:00")]
    public void A_duid_has_a_type_and_perhaps_a_mac(byte[] bytes, string type, string mac) =>
        Assert.Equal((type, mac), (new Duid(bytes).TypeName, new Duid(bytes).LinkAddress.ToString()));

    [Fact]
    public void Lists_are_bounded()
    {
        var many = Enumerable.Range(0, 3000).Select(_ => Option(7)).Prepend(Codes(6, [.. Enumerable.Range(1, 3000)])).ToArray();
        var found = Read(FromClient(), Message(1, many));
        Assert.Equal((256, 256), (found.Message.OptionOrder.Count, found.Message.OptionRequest!.Count));
        Assert.Equal(DeviceFact.MaxLength, found.Facts[0].Value.Length);
    }

    [Fact]
    public void Equal_datagrams_share_their_content()
    {
        for (var i = 0; i < 4; i++) _probe.Give(FromClient(), Solicit());
        var found = _probe.Found.OfType<Dhcpv6Observation>().ToList();
        Assert.Equal(4, found.Count);
        Assert.Same(found[2].Message, found[3].Message);
        Assert.Same(found[2].Facts, found[3].Facts);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0, 2, 3, 4 })]
    [InlineData(new byte[] { 38, 2, 3, 4 })]
    [InlineData(new byte[] { 12, 0, 1 })]
    public void A_short_or_unknown_message_is_counted(byte[] message)
    {
        _probe.Give(FromClient(), message);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.Dhcpv6Message], _probe.Faults);
    }

    [Fact]
    public void Hostile_messages_do_no_harm() => HostileMessages.GiveTo(
        new Dhcpv6Stage(),
        FromClient(),
        Solicit(),
        Relay(12, 1, Option(9, Relay(12, 0, Option(79, 0, 1, 2, 0, 0, 0, 0, 1), Option(9, Solicit(Uuid))))));

    private Dhcpv6Observation Read(PacketHeader packet, byte[] message)
    {
        _probe.Give(packet, message);
        return Assert.IsType<Dhcpv6Observation>(_probe.Found[^1]);
    }
}
