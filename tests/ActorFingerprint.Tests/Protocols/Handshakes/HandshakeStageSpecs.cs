using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Handshakes;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Handshakes;

public sealed class HandshakeStageSpecs
{
    private readonly StageProbe _probe = OfStage();

    [Fact]
    public void A_SYN_tells_of_its_sender()
    {
        var found = Assert.IsType<TcpHandshakeObservation>(Assert.Single(Give(new SynBytes()).Found));
        Assert.Equal(("tcp", "syn", true), (found.Protocol, found.Event, found.CrossesRouters));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal([new DeviceFact(FactKind.TcpSyn, "4:64+0:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0")], found.Facts);
        Assert.Equal("192.168.1.10", found.OwnAddress.ToString());
    }

    [Fact]
    public void A_SYN_ACK_of_a_local_server_tells_an_open_port()
    {
        var found = Assert.IsType<TcpHandshakeObservation>(Assert.Single(Give(SynBytes.Answer).Found));
        Assert.Equal(("syn_ack", DeviceKey.OfMac(StageProbe.ClientMac)), (found.Event, found.Device));
        Assert.Equal([FactKind.TcpSynAck, FactKind.OpenPort], found.Facts.Select(fact => fact.Kind));
        Assert.Equal("tcp/443", found.Facts[1].Value);
    }

    [Fact]
    public void A_server_of_the_internet_is_no_device_and_has_no_ports()
    {
        var found = (SignalObservation)Assert.Single(Give(SynBytes.Answer with { Source = "203.0.113.9" }).Found);
        Assert.True(found.Device.IsNone && found.OwnAddress.IsNone);
        Assert.Equal([FactKind.TcpSynAck], found.Facts.Select(fact => fact.Kind));
        Give(SynBytes.Answer with { Source = "203.0.113.9", SourcePort = 80 });
        Assert.Single(_probe.Found);
    }

    [Fact]
    public void A_server_in_a_network_of_ones_own_is_a_device()
    {
        Assert.True(NetworkPrefix.TryParse("203.0.113.0/24", out var own));
        var probe = OfStage(own);
        var server = SynBytes.Answer with { Source = "203.0.113.9" };
        var found = (SignalObservation)Assert.Single(probe.Give(server.Header, server.V4).Found);
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Contains(new DeviceFact(FactKind.OpenPort, "tcp/443"), found.Facts);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(128, true)]
    [InlineData(255, true)]
    [InlineData(63, false)]
    [InlineData(32, false)]
    public void A_client_with_a_public_address_is_a_device_when_no_router_lies_between(byte ttl, bool isDevice) =>
        Assert.Equal(isDevice, !Assert.Single(Give(new SynBytes { Source = "203.0.113.9", Ttl = ttl }).Found).Device.IsNone);

    [Fact]
    public void Repeats_within_a_minute_are_not_told_again()
    {
        for (var port = 40000; port < 40100; port++) Give(new SynBytes { SourcePort = port, Sequence = port });
        Assert.Single(_probe.Found);
        Give(new SynBytes { Source = "192.168.1.11" });
        Assert.Equal(2, _probe.Found.Count);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        Give(new SynBytes());
        Assert.Equal(3, _probe.Found.Count);
    }

    [Fact]
    public void Each_port_of_a_server_is_told_once_a_minute()
    {
        for (var i = 0; i < 3; i++)
            foreach (var port in new[] { 22, 80, 443 })
                Give(SynBytes.Answer with { SourcePort = port });
        Assert.Equal([22, 80, 443], _probe.Found.Select(found => found.SourcePort));
    }

    [Fact]
    public void A_SYN_and_a_SYN_ACK_of_one_machine_are_two_things()
    {
        Give(new SynBytes());
        Give(SynBytes.Answer);
        Assert.Equal(["syn", "syn_ack"], _probe.Found.Select(found => found.Event));
    }

    [Fact]
    public void One_address_in_two_VLANs_is_two_senders()
    {
        var syn = new SynBytes();
        _probe.Give(syn.Header, syn.V4).Give(syn.Header with { Vlan = 7 }, syn.V4);
        Assert.Equal(2, _probe.Found.Count);
    }

    [Fact]
    public void A_flood_of_sources_is_told_up_to_the_room_of_the_minute_and_counted_beyond()
    {
        const int senders = 5000;
        var syn = new SynBytes { Ttl = 50 };
        for (var i = 0; i < senders; i++) _probe.Give(syn.Header with { Source = NetworkAddress.V4((uint)(0xC6120000 + i)) }, syn.V4);
        Assert.InRange(_probe.Found.Count, 200, 256);
        Assert.Equal(senders, _probe.Found.Count + _probe.Evictions.Count);
        Assert.All(_probe.Evictions, limit => Assert.Equal(StateLimit.Minute, limit));
    }

    [Fact]
    public void After_a_flood_the_next_minute_has_room_again()
    {
        var syn = new SynBytes { Ttl = 50 };
        for (var i = 0; i < 20_000; i++) _probe.Give(syn.Header with { Source = NetworkAddress.V4((uint)(0xC6120000 + i)) }, syn.V4);
        Assert.Equal(256, _probe.Found.Count);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        Give(new SynBytes());
        Assert.Equal(257, _probe.Found.Count);
    }

    [Fact]
    public void What_is_no_handshake_is_counted()
    {
        Give(new SynBytes { Flags = 0x07 });
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.TcpHandshake], _probe.Faults);
    }

    [Fact]
    public void A_resumed_reading_starts_with_the_minute()
    {
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
        Give(new SynBytes());
        Give(new SynBytes { Source = "192.168.1.11" });
        Assert.Equal(1, _probe.Stage.OldestOpenFrame);
        _probe.Stage.Advance(_probe.AtTicks + TimeSpan.TicksPerMinute);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void A_repeat_costs_no_memory()
    {
        var syn = new SynBytes();
        var (header, bytes) = (syn.Header, syn.V4);
        var stage = _probe.Stage;
        stage.Parse(in header, bytes, _probe);
        Assert.Equal(0, Allocations.Of(() => stage.Parse(in header, bytes, _probe)));
    }

    private StageProbe Give(SynBytes syn) => _probe.Give(syn.Header, syn.V4);

    private static StageProbe OfStage(params NetworkPrefix[] local) => new(new HandshakeStage("lab", local));
}
