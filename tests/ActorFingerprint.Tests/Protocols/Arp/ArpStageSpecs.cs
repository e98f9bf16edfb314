using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Arp;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Arp.ArpBytes;

namespace ActorFingerprint.Tests.Protocols.Arp;

public sealed class ArpStageSpecs
{
    private readonly StageProbe _probe = new(new ArpStage());

    private ArpObservation Last => Assert.IsType<ArpObservation>(_probe.Found[^1]);

    [Theory]
    [InlineData(1, Address, Other, "request", "10.0.0.7")]
    [InlineData(2, Address, Other, "reply", "10.0.0.7")]
    [InlineData(1, Address, Address, "announcement", "10.0.0.7")]
    [InlineData(2, Address, Address, "gratuitous", "10.0.0.7")]
    [InlineData(1, 0u, Address, "probe", "")]
    [InlineData(8, Address, Other, "operation_8", "10.0.0.7")]
    public void A_packet_binds_its_sender(int operation, uint sender, uint target, string @event, string own)
    {
        _probe.Give(From(Alice), Packet(operation, Alice, sender, target));
        Assert.Equal((@event, own, "mac:02:00:00:00:00:01"), (Last.Event, Last.OwnAddress.ToString(), Last.Device.ToString()));
        Assert.Equal(Last.SenderMac, Last.FrameMac);
        Assert.False(Last.CrossesRouters);
    }

    [Fact]
    public void The_sender_in_the_packet_is_the_device_and_the_sender_of_the_frame_is_told_beside_it()
    {
        _probe.Give(From(Bob), Reply(Alice, Address));
        Assert.Equal(("mac:02:00:00:00:00:01", "02:00:00:00:00:02"), (Last.Device.ToString(), Last.FrameMac.ToString()));
    }

    [Fact]
    public void A_repeat_within_the_minute_is_no_observation_and_one_after_it_is()
    {
        _probe.Give(From(Alice), Request(Alice, Address)).Give(From(Alice), Packet(1, Alice, Address, 0x0A000009));
        Assert.Single(_probe.Found);
        _probe.Give(From(Alice), Reply(Alice, Address));
        Assert.Equal(2, _probe.Found.Count);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        _probe.Give(From(Alice), Request(Alice, Address));
        Assert.Equal(3, _probe.Found.Count);
    }

    [Fact]
    public void Another_hardware_address_with_the_same_address_is_a_conflict_of_the_newcomer_once_a_minute()
    {
        _probe.Give(From(Alice), Request(Alice, Address));
        for (var i = 0; i < 3; i++) _probe.Give(From(Bob), Reply(Bob, Address)).Give(From(Alice), Request(Alice, Address));
        Assert.Equal(["request", "conflict"], _probe.Found.Select(found => found.Event));
        Assert.Equal("mac:02:00:00:00:00:02", Last.Device.ToString());
        Assert.Equal("02:00:00:00:00:01", Last.Holder.ToString());
        Assert.Equal([new DeviceFact(FactKind.AddressConflict, "10.0.0.7 02:00:00:00:00:01")], Last.Facts);
    }

    [Fact]
    public void A_conflict_is_told_even_when_the_newcomers_packet_is_a_repeat()
    {
        _probe.AtTicks = 0;
        _probe.Give(From(Bob), Request(Bob, Address)).Give(From(Alice), Request(Alice, Address));
        Assert.Equal((2, "mac:02:00:00:00:00:01"), (_probe.Found.Count, Last.Device.ToString()));
        Assert.True(Last.IsConflict);
    }

    [Fact]
    public void One_address_in_two_vlans_or_two_minutes_is_no_conflict()
    {
        _probe.Give(From(Alice), Request(Alice, Address)).Give(From(Bob, vlan: 7), Request(Bob, Address));
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        _probe.Give(From(Bob), Request(Bob, Address));
        Assert.All(_probe.Found, found => Assert.Equal("request", found.Event));
    }

    [Fact]
    public void A_probe_claims_nothing()
    {
        _probe.Give(From(Alice), Request(Alice, Address)).Give(From(Bob), Packet(1, Bob, 0, Address));
        Assert.Equal(["request", "probe"], _probe.Found.Select(found => found.Event));
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(0xFFFFFFFFFFFFul)]
    public void A_packet_without_a_sender_is_counted(ulong sender)
    {
        _probe.Give(From(Alice), Request(sender, Address));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.ArpPacket], _probe.Faults);
    }

    [Fact]
    public void Hardware_addresses_of_other_lengths_are_read_and_are_no_devices()
    {
        byte[] packet = [0, 32, 8, 0, 2, 4, 0, 1, 9, 9, 10, 0, 0, 7, 8, 8, 10, 0, 0, 1];
        Assert.True(ArpPacket.TryRead(packet, out var read));
        Assert.Equal(("10.0.0.7", "10.0.0.1"), (read.SenderAddress.ToString(), read.TargetAddress.ToString()));
        _probe.Give(From(Alice), packet);
        Assert.Equal([Malformed.ArpPacket], _probe.Faults);
    }

    [Fact]
    public void A_flood_is_bounded_and_counted()
    {
        for (var i = 0u; i < 20_000; i++) _probe.Give(From(Alice), Request(Alice + i, 0x0B000000 + i));
        Assert.InRange(_probe.Found.Count, 500, 1024);
        Assert.Equal(20_000, _probe.Found.Count + _probe.Evictions.Count(limit => limit == StateLimit.Minute));
    }

    [Fact]
    public void A_reading_resumes_at_the_first_frame_of_the_minute_and_forgets_it_after()
    {
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
        _probe.Give(From(Alice), Request(Alice, Address)).Give(From(Bob), Request(Bob, Other));
        Assert.Equal(1, _probe.Stage.OldestOpenFrame);
        _probe.Stage.Advance(_probe.AtTicks + TimeSpan.TicksPerMinute);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Hostile_packets_do_no_harm() =>
        HostileMessages.GiveTo(new ArpStage(), From(Alice), Request(Alice, Address), Reply(Bob, Address));
}
