using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceSpecs
{
    private static readonly DeviceEvent.FirstSeen Seen = new(Observe.At(0), DeviceKey.OfMac(Observe.Mac), new Sighting("r", 1, 0), false);

    [Fact]
    public void First_dhcp_discover_brings_the_device_its_list_and_its_host_name()
    {
        var discover = Observe.Dhcp(DhcpMessageType.Discover, [6, 3, 1], 5, hostName: "phone\0"u8.ToArray(), vendorClass: "MSFT 5.0");
        var at = Observe.At(5);
        DeviceSpec.Given().When(discover).Then(
            new DeviceEvent.FirstSeen(at, discover.Device, discover.Where(), false),
            new DeviceEvent.FingerprintObserved(
                at,
                FingerprintKind.DhcpDiscover,
                1,
                "6,3,1",
                new FingerprintFeatures
                {
                    SortedList = "1,3,6",
                    SortedHash = discover.Options.SortedHash,
                    OptionOrder = "53,55,12,255",
                    VendorClass = "MSFT 5.0",
                },
                discover.Where()),
            new DeviceEvent.HostNameObserved(at, "phone", HostNameSource.DhcpHostName, discover.Where()));
    }

    [Fact]
    public void First_hello_brings_its_ja4_with_the_facts_behind_it_and_the_address()
    {
        var hello = Observe.Hello("t13d", sni: "example.org", ech: true);
        DeviceSpec.Given(Seen).When(hello).Then(
            new DeviceEvent.FingerprintObserved(
                Observe.At(0),
                FingerprintKind.Ja4,
                1,
                "t13d",
                new FingerprintFeatures
                {
                    Ja3 = "ja3",
                    Sni = "example.org",
                    Alpn = "h2",
                    DestinationAddress = "203.0.113.7",
                    DestinationPort = 443,
                    Ech = true,
                },
                hello.Where()),
            new DeviceEvent.AddressObserved(Observe.At(0), "192.168.1.10", hello.Where()));
    }

    public static TheoryData<string> Kinds => ["discover", "request", "inform", "hello", "ack", "server hello", "wire fqdn"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_observation_again_tells_nothing_new(string kind)
    {
        Observation observation = kind switch
        {
            "discover" => Observe.Dhcp(DhcpMessageType.Discover, [1, 3], hostName: "a\\b\xff"u8.ToArray()),
            "request" => Observe.Dhcp(DhcpMessageType.Request, [1, 3], ciaddr: "10.0.0.9", hostName: "x"u8.ToArray()),
            "inform" => Observe.Dhcp(DhcpMessageType.Inform, [1, 3], ciaddr: "10.0.0.9"),
            "hello" => Observe.Hello("a"),
            "ack" => Observe.Dhcp(DhcpMessageType.Ack, op: 2, yiaddr: "10.0.0.9"),
            "wire fqdn" => Observe.Dhcp(DhcpMessageType.Request, fqdn: [4, 0, 0, 2, .. "pc"u8, 3, .. "lan"u8, 0]),
            _ => Observe.ServerHello(),
        };
        DeviceSpec.Given().When(observation).When(observation).Then();
    }

    [Fact]
    public void Each_dhcp_message_type_has_a_history_of_its_own() =>
        DeviceSpec.Given(Seen)
            .When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3])).ThenOnly<DeviceEvent.FingerprintObserved>()
            .When(Observe.Dhcp(DhcpMessageType.Request, [1, 3])).ThenOnly<DeviceEvent.FingerprintObserved>()
            .When(Observe.Dhcp(DhcpMessageType.Inform, [1, 3])).ThenOnly<DeviceEvent.FingerprintObserved>();

    [Fact]
    public void The_order_of_a_dhcp_list_is_part_of_its_value() =>
        DeviceSpec.Given(Seen)
            .When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3]))
            .When(Observe.Dhcp(DhcpMessageType.Discover, [3, 1])).ThenOnly<DeviceEvent.FingerprintObserved>();

    [Theory]
    [InlineData(DhcpMessageType.Decline)]
    [InlineData(DhcpMessageType.Release)]
    [InlineData(DhcpMessageType.Bootp)]
    public void Other_client_messages_carry_no_fingerprint(DhcpMessageType type) =>
        DeviceSpec.Given(Seen).When(Observe.Dhcp(type, [1, 3])).Then();

    [Theory]
    [InlineData(DhcpMessageType.Offer)]
    [InlineData(DhcpMessageType.Nak)]
    public void Server_messages_only_count(DhcpMessageType type)
    {
        var reply = Observe.Dhcp(type, [1, 3], op: 2, yiaddr: "10.0.0.9", hostName: "server"u8.ToArray());
        var spec = DeviceSpec.Given(Seen).When(reply).Then();
        Assert.Equal(1, spec.Folded.Packets);
    }

    [Fact]
    public void An_ack_gives_the_address_that_the_client_got() =>
        DeviceSpec.Given(Seen).When(Observe.Dhcp(DhcpMessageType.Ack, op: 2, yiaddr: "10.0.0.9", ciaddr: "10.0.0.9"))
            .ThenOnly<DeviceEvent.AddressObserved>();

    [Fact]
    public void A_client_message_gives_the_address_that_the_client_has() =>
        DeviceSpec.Given(Seen).When(Observe.Dhcp(DhcpMessageType.Release, ciaddr: "10.0.0.9")).ThenOnly<DeviceEvent.AddressObserved>();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    public void An_address_that_no_host_can_have_is_none(string address) =>
        DeviceSpec.Given(Seen).When(Observe.Hello("a")).When(Observe.Hello("a", source: address)).Then();

    [Fact]
    public void Both_name_options_with_one_name_give_one_event() =>
        DeviceSpec.Given(Seen).When(Observe.Dhcp(DhcpMessageType.Request, hostName: "pc"u8.ToArray(), fqdn: [0, 0, 0, .. "pc"u8]))
            .ThenOnly<DeviceEvent.HostNameObserved>();

    [Fact]
    public void Both_forms_of_option_81_give_the_name()
    {
        var ascii = DeviceSpec.Given(Seen).When(Observe.Dhcp(DhcpMessageType.Request, fqdn: [1, 0, 0, .. "pc.lan\0"u8]));
        Assert.Equal("pc.lan", ascii.Events<DeviceEvent.HostNameObserved>().Single().Name);
        var wire = DeviceSpec.Given(Seen).When(Observe.Dhcp(DhcpMessageType.Request, fqdn: [5, 0, 0, 2, .. "pc"u8, 3, .. "lan"u8, 0]));
        Assert.Equal("pc.lan", wire.Events<DeviceEvent.HostNameObserved>().Single().Name);
        Assert.Equal(HostNameSource.DhcpFqdn, wire.State.HostNames.Single().Source);
    }

    [Fact]
    public void A_server_hello_only_makes_the_device_known() =>
        DeviceSpec.Given().When(Observe.ServerHello()).ThenOnly<DeviceEvent.FirstSeen>();

    [Fact]
    public void Ja3_and_server_names_are_never_events() =>
        DeviceSpec.Given(Seen).When(Observe.Hello("a", ja3: "x", sni: "one")).When(Observe.Hello("a", ja3: "y", sni: "two")).Then();

    [Fact]
    public void An_observation_without_a_device_causes_nothing()
    {
        var hello = Observe.Hello("a");
        hello.Device = default;
        DeviceSpec.Given().When(hello).Then();
    }

    [Fact]
    public void A_device_behind_a_router_remembers_the_router()
    {
        var hello = Observe.Hello("a");
        hello.AttributeTo(DeviceKey.OfIp("home", 0, hello.Source), Observe.Mac);
        var first = DeviceSpec.Given().When(hello).Events<DeviceEvent.FirstSeen>().Single();
        Assert.Equal(("ip:home/0/192.168.1.10", "00:1A:11:0A:0B:0C"), (first.Device.ToString(), first.Via));
    }

    [Fact]
    public void A_randomised_address_is_marked()
    {
        var spec = DeviceSpec.Given().When(Observe.Hello("a", mac: new MacAddress(0x02_4200000001)));
        Assert.True(spec.Events<DeviceEvent.FirstSeen>().Single().IsLocallyAdministered);
    }

    [Fact]
    public void An_earlier_frame_after_a_later_one_moves_the_first_sighting_back()
    {
        var spec = DeviceSpec.Given().When(Observe.Hello("a", 100)).When(Observe.Hello("a", 40)).Then();
        var sighting = FingerprintSummary.Of(FingerprintKind.Ja4, spec.State, spec.Folded).Sightings.Single();
        Assert.Equal((2L, Observe.At(40), Observe.At(100)), (sighting.Count, sighting.FirstTicks, sighting.LastTicks));
        Assert.Equal((Observe.At(40), Observe.At(100)), (spec.Folded.FirstTicks, spec.Folded.LastTicks));
    }

    [Fact]
    public void The_history_keeps_the_newest_64_values_and_a_folded_one_is_new_again()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 65; i++) spec.When(Observe.Hello($"v{i}", i * 600));
        var history = spec.State.History(FingerprintKind.Ja4);
        Assert.Equal((64, 1, 65), (history.Values.Length, history.Folded, history.Distinct));
        Assert.Equal(("v1", "v64"), (history.Values[0].Value, history.Newest!.Value));
        spec.When(Observe.Hello("v0", 65 * 600)).ThenOnly<DeviceEvent.FingerprintObserved>();
        Assert.Equal(66, spec.State.LastNumber);
        var summary = FingerprintSummary.Of(FingerprintKind.Ja4, spec.State, spec.Folded);
        Assert.Equal((2, 2L), (summary.FoldedDistinct, summary.Folded.Count));
        Assert.Equal((Observe.At(0), Observe.At(600)), (summary.Folded.FirstTicks, summary.Folded.LastTicks));
    }

    [Fact]
    public void Addresses_and_host_names_are_bounded_and_the_oldest_is_forgotten()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 70; i++)
        {
            var name = Encoding.ASCII.GetBytes($"n{i}");
            spec.When(Observe.Dhcp(DhcpMessageType.Request, second: i * 600, ciaddr: $"10.0.0.{i + 1}", hostName: name));
        }
        Assert.Equal((DeviceState.MaxAddresses, DeviceState.MaxHostNames), (spec.State.Addresses.Length, spec.State.HostNames.Length));
        Assert.Equal(("10.0.0.7", "n38"), (spec.State.Addresses[0].Address.ToString(), spec.State.HostNames[0].Name));
    }

    [Fact]
    public void What_a_sender_makes_long_is_cut()
    {
        byte[] name = [.. Enumerable.Repeat((byte)1, 5000)];
        var observation = Observe.Dhcp(DhcpMessageType.Request, [1], hostName: name, vendorClass: new string('v', 5000));
        var spec = DeviceSpec.Given(Seen).When(observation);
        Assert.Equal(255, spec.Events<DeviceEvent.FingerprintObserved>().Single().Features.VendorClass!.Length);
        Assert.Equal(DhcpHostName.MaxCharacters, spec.Events<DeviceEvent.HostNameObserved>().Single().Name.Length);
        spec.When(observation).Then();
        spec.When(Observe.Dhcp(DhcpMessageType.Request, [.. Enumerable.Repeat((byte)1, 256)])).Then();
    }
}
