using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

/// <summary>Most observations tell nothing new: deciding on them and counting them must not allocate.</summary>
public sealed class DeviceAllocationSpecs
{
    public static TheoryData<string> Kinds => ["request", "wire fqdn", "escaped name", "ack", "hello", "server hello", "suppressed"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_observation_that_tells_nothing_new_allocates_nothing(string kind)
    {
        Observation observation = kind switch
        {
            "request" => Observe.Dhcp(DhcpMessageType.Request, [1, 3, 6], ciaddr: "10.0.0.9", hostName: "phone"u8.ToArray()),
            "wire fqdn" => Observe.Dhcp(DhcpMessageType.Request, [1, 3, 6], fqdn: [4, 0, 0, 2, .. "pc"u8, 3, .. "lan"u8, 0]),
            "escaped name" => Observe.Dhcp(DhcpMessageType.Request, [1, 3, 6], hostName: [0xC3, 0xA9]),
            "ack" => Observe.Dhcp(DhcpMessageType.Ack, op: 2, yiaddr: "10.0.0.9"),
            "server hello" => Observe.ServerHello(),
            _ => Observe.Hello("last", 100, sni: "example.org"),
        };
        var spec = DeviceSpec.Given();
        if (kind == "suppressed")
            for (var i = 0; i < 70; i++) spec.When(Observe.Hello($"v{i}", i));
        spec.When(observation).When(observation);
        var (state, counts) = (spec.State, (DeviceDeltaBuilder)spec.Counts);

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                if (Device.Observe(state, observation, "r", counts).Count > 0) Assert.Fail("the observation told something new");
                counts.Add(observation, state);
            }
        }));
    }
}
