using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceFactSpecs
{
    private static readonly DeviceFact Syn = new(FactKind.TcpSyn, "4:64:0:1460:65535,7:mss:df:0");
    private static readonly DeviceFact Service = new(FactKind.MdnsService, "_ipp._tcp");

    [Fact]
    public void A_fact_is_told_once()
    {
        var spec = DeviceSpec.Given();
        spec.When(Observe.Signal([Syn, Service, Service], 1));
        Assert.Equal([Syn, Service], spec.State.Facts.Select(fact => new DeviceFact(fact.Kind, fact.Value)));
        var before = spec.State;
        spec.When(Observe.Signal([Service, Syn], 2));
        Assert.Same(before, spec.State);
    }

    [Fact]
    public void Names_and_own_address_are_read_and_the_packet_source_is_not()
    {
        var spec = DeviceSpec.Given();
        spec.When(Observe.Signal([], 1, source: "192.168.1.66", names: [new GivenName("printer", HostNameSource.Mdns)], own: "192.168.1.7"));
        Assert.Equal(["192.168.1.7"], spec.State.Addresses.Select(known => known.Address.ToString()));
        Assert.Equal(("printer", HostNameSource.Mdns), (spec.State.HostNames[0].Name, spec.State.HostNames[0].Source));
    }

    [Fact]
    public void The_oldest_of_a_kind_gives_way()
    {
        var spec = DeviceSpec.Given();
        spec.When(Observe.Signal([Syn], 0));
        for (var i = 0; i <= DeviceState.MaxFactsOfKind; i++) spec.When(Observe.Signal([new DeviceFact(FactKind.OpenPort, $"tcp/{i}")], i));
        Assert.Equal(1 + DeviceState.MaxFactsOfKind, spec.State.Facts.Length);
        Assert.True(spec.State.Knows(Syn));
        Assert.False(spec.State.Knows(new DeviceFact(FactKind.OpenPort, "tcp/0")));
    }

    [Fact]
    public void An_hour_brings_no_more_than_its_limit()
    {
        var spec = DeviceSpec.Given();
        for (var i = 0; i < 400; i++) spec.When(Observe.Signal([new DeviceFact(FactKind.OpenPort, $"tcp/{i}")], i));
        Assert.True(spec.State.Knows(new DeviceFact(FactKind.OpenPort, $"tcp/{NoveltyWindows.FactLimit - 1}")));
        Assert.False(spec.State.Knows(new DeviceFact(FactKind.OpenPort, $"tcp/{NoveltyWindows.FactLimit}")));
        spec.When(Observe.Signal([new DeviceFact(FactKind.OpenPort, "tcp/9999")], 3600));
        Assert.True(spec.State.Knows(new DeviceFact(FactKind.OpenPort, "tcp/9999")));
    }

    [Fact]
    public void A_router_keeps_what_it_says_of_itself_and_loses_what_others_said_through_it()
    {
        var spec = DeviceSpec.Given();
        spec.When(Observe.Signal([Syn], 1)).When(Observe.Signal([Service], 2, crossesRouters: false));
        spec.When(new DeviceCommand.IdentifyRouter(Observe.At(3), ["10.0.0.1"], new Sighting("r", 3, 0)));
        spec.When(Observe.Signal([Syn], 4)).When(Observe.Signal([new DeviceFact(FactKind.MdnsService, "_http._tcp")], 5, crossesRouters: false));
        Assert.Equal(["_ipp._tcp", "_http._tcp"], spec.State.Facts.Select(fact => fact.Value));
    }

    [Fact]
    public void Hello_tells_its_stack_and_quic_facts()
    {
        var spec = DeviceSpec.Given();
        var plain = Observe.Hello("q13d", 1);
        var hello = new ClientHelloObservation
        {
            Device = plain.Device,
            AtTicks = plain.AtTicks,
            Frame = plain.Frame,
            Hello = new() { LegacyVersion = 0x0303, CipherSuites = [], Extensions = [], Ja3 = "ja3", Ja4 = "q13d", Stack = "stack" },
            Quic = new QuicFacts(1, "1,4:10", "agent"),
        };
        spec.When(hello);
        Assert.Equal(
            [(FactKind.TlsStack, "stack"), (FactKind.QuicParameters, "1,4:10"), (FactKind.QuicUserAgent, "agent")],
            spec.State.Facts.Select(fact => (fact.Kind, fact.Value)));
    }
}
