using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identity;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identity;

public sealed class RouterRuleSpecs
{
    private readonly RouterRule _rule = new("home");

    [Fact]
    public void The_fourth_address_gives_a_router_away_and_moves_what_it_was_given_before()
    {
        for (var i = 1; i <= 3; i++) Assert.Null(_rule.Observe(Observe.Hello($"v{i}", i, $"10.0.0.{i}", sni: $"s{i}")));
        Assert.Null(_rule.Observe(Observe.Hello("v1", 4, "10.0.0.1")));
        var fourth = Observe.Hello("v4", 9, "10.0.0.4", frame: 77);

        var identified = _rule.Observe(fourth)!;

        Assert.Equal(Observe.Mac, identified.Router);
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], identified.Behind);
        Assert.Equal("ip:home/0/10.0.0.4", fourth.Device.ToString());
        var earlier = identified.Earlier.Cast<ClientHelloObservation>().ToList();
        Assert.Equal(
            [("ip:home/0/10.0.0.1", "v1", "s1"), ("ip:home/0/10.0.0.2", "v2", "s2"), ("ip:home/0/10.0.0.3", "v3", "s3")],
            earlier.Select(hello => (hello.Device.ToString(), hello.Hello.Ja4, hello.Hello.Sni)));
        Assert.All(earlier, hello => Assert.Equal((Observe.Mac, 77L), (hello.Via, hello.Frame)));
        Assert.Equal([Observe.At(1), Observe.At(2), Observe.At(3)], earlier.Select(hello => hello.AtTicks));
    }

    [Fact]
    public void From_then_on_everything_through_it_belongs_to_the_address()
    {
        Identify();
        var known = Observe.Hello("x", source: "10.0.0.2", vlan: 7);
        Assert.Null(_rule.Observe(known));
        Assert.Equal(("ip:home/7/10.0.0.2", Observe.Mac), (known.Device.ToString(), known.Via));
        var server = Observe.ServerHello(source: "10.0.0.2");
        Assert.Null(_rule.Observe(server));
        Assert.Equal("ip:home/0/10.0.0.2", server.Device.ToString());
    }

    [Fact]
    public void Three_addresses_are_still_a_host()
    {
        for (var i = 0; i < 30; i++)
        {
            var hello = Observe.Hello("a", i, $"10.0.0.{1 + i % 3}");
            Assert.Null(_rule.Observe(hello));
            Assert.Equal((DeviceKeyKind.Mac, MacAddress.None), (hello.Device.Kind, hello.Via));
        }
    }

    [Fact]
    public void All_addresses_of_one_ipv6_prefix_are_one_scope()
    {
        for (var i = 1; i < 20; i++) Assert.Null(_rule.Observe(Observe.Hello("a", i, $"2001:db8::{i}")));
        for (var i = 1; i <= 2; i++) Assert.Null(_rule.Observe(Observe.Hello("a", i, $"2001:db8:{i}::1")));
        Assert.NotNull(_rule.Observe(Observe.Hello("a", 3, "2001:db8:3::1")));
    }

    [Fact]
    public void The_same_address_in_another_vlan_is_another_scope()
    {
        for (var vlan = 1; vlan <= 3; vlan++) Assert.Null(_rule.Observe(Observe.Hello("a", vlan: vlan)));
        Assert.NotNull(_rule.Observe(Observe.Hello("a", vlan: 4)));
    }

    [Theory]
    [InlineData("fe80::{0}")]
    [InlineData("169.254.1.{0}")]
    [InlineData("127.0.0.{0}")]
    [InlineData("ff02::{0}")]
    public void Addresses_that_no_router_forwards_say_nothing(string format)
    {
        for (var i = 1; i < 20; i++)
            Assert.Null(_rule.Observe(Observe.Hello("a", i, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_address_that_dhcp_binds_to_the_mac_is_its_own(bool isBoundFirst)
    {
        var own = isBoundFirst
            ? Observe.Dhcp(DhcpMessageType.Ack, op: 2, yiaddr: "10.0.0.1")
            : Observe.Dhcp(DhcpMessageType.Request, ciaddr: "10.0.0.1");
        if (isBoundFirst) _rule.Observe(own);
        for (var i = 1; i <= 3; i++) Assert.Null(_rule.Observe(Observe.Hello("a", i, $"10.0.0.{i}")));
        if (!isBoundFirst) _rule.Observe(own);
        Assert.Null(_rule.Observe(Observe.Hello("a", 4, "10.0.0.4")));
        var identified = _rule.Observe(Observe.Hello("a", 5, "10.0.0.5"));
        Assert.Equal(["10.0.0.2", "10.0.0.3", "10.0.0.4"], identified!.Behind);
        Assert.Equal(4, identified.Earlier.Count);
    }

    [Fact]
    public void What_a_server_offers_or_a_client_asks_for_binds_nothing()
    {
        for (var i = 1; i <= 4; i++) _rule.Observe(Observe.Dhcp(DhcpMessageType.Offer, op: 2, yiaddr: $"10.0.0.{i}"));
        Identify();
    }

    [Fact]
    public void Frames_without_a_link_address_are_left_alone()
    {
        for (var i = 1; i < 9; i++)
        {
            var hello = Observe.Hello("a", i, $"10.0.0.{i}", mac: MacAddress.None);
            hello.Device = DeviceKey.OfIp("home", 0, hello.Source);
            Assert.Null(_rule.Observe(hello));
            Assert.Equal(MacAddress.None, hello.Via);
        }
    }

    [Fact]
    public void Remembered_hellos_are_one_per_client_and_ja4_and_at_most_64_per_mac()
    {
        for (var i = 0; i < 200; i++) _rule.Observe(Observe.Hello($"v{i / 2}", i, "10.0.0.1"));
        for (var i = 2; i <= 3; i++) _rule.Observe(Observe.Hello("a", i, $"10.0.0.{i}"));
        Assert.Equal(64, _rule.Observe(Observe.Hello("a", 4, "10.0.0.4"))!.Earlier.Count);
    }

    [Fact]
    public void Memory_is_bounded_and_the_mac_unheard_of_for_longest_is_forgotten()
    {
        for (var i = 1; i <= 3; i++) _rule.Observe(Observe.Hello("a", i, $"10.0.0.{i}"));
        for (var mac = 1u; mac <= RouterRule.MaxCandidates; mac++) _rule.Observe(Observe.Hello("a", mac: new MacAddress(mac)));
        Assert.Null(_rule.Observe(Observe.Hello("a", source: "10.0.0.4")));
    }

    [Fact]
    public void Hellos_of_all_macs_together_are_bounded()
    {
        for (var mac = 1u; mac <= 520; mac++)
            for (var i = 0; i < 64; i++) _rule.Observe(Observe.Hello($"v{i}", mac: new MacAddress(mac)));
        Assert.True(_rule.Save().Split("\"ja4\":").Length - 1 <= RouterRule.MaxHellos);
    }

    [Fact]
    public void Text_that_was_not_saved_by_a_rule_is_refused()
    {
        Assert.Throws<FormatException>(() => new RouterRule("home", "{"));
        Assert.Throws<FormatException>(() => new RouterRule("home", """{"routers":["x"],"bound":[],"candidates":[]}"""));
    }

    [Fact]
    public void A_rule_saved_and_loaded_at_any_point_goes_on_as_if_nothing_was()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var (straight, resumed) = (new RouterRule("home"), new RouterRule("home"));
            var random = new Random(seed);
            foreach (var _ in Enumerable.Range(0, 60))
            {
                var (client, ja4, mac) = (random.Next(1, 6), random.Next(3), new MacAddress((ulong)random.Next(1, 4)));
                Func<Observation> make = random.Next(5) == 0
                    ? () => Observe.Dhcp(DhcpMessageType.Ack, op: 2, yiaddr: $"10.0.0.{client}", mac: mac, frame: 5)
                    : () => Observe.Hello($"v{ja4}", client, $"10.0.0.{client}", mac: mac, frame: 5);
                if (random.Next(4) == 0) resumed = new RouterRule("home", resumed.Save());
                var (a, b) = (make(), make());
                if (Text(straight.Observe(a)) != Text(resumed.Observe(b)) || a.Device != b.Device) return false;
            }
            return straight.Save() == resumed.Save();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void In_any_order_of_frames_a_router_ends_without_tls_fingerprints_and_each_client_with_all_of_its_own()
    {
        var expected = (from client in Enumerable.Range(1, 6)
                        from ja4 in Enumerable.Range(0, 3)
                        select ($"ip:home/0/10.0.0.{client}", $"v{client}{ja4}")).Order().ToList();
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var frames = Enumerable.Range(1, 6).SelectMany(client => Enumerable.Range(0, 6)
                .Select(i => Observe.Hello($"v{client}{i % 3}", i, $"10.0.0.{client}"))).ToArray<Observation>();
            new Random(seed).Shuffle(frames);
            var devices = Run(frames);
            var shown = from device in devices
                        from value in device.Value.History(FingerprintKind.Ja4).Values
                        select (device.Key.ToString(), value.Value);
            var router = devices[DeviceKey.OfMac(Observe.Mac)];
            return shown.Order().SequenceEqual(expected) && router is { IsRouter: true, Addresses.Length: 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    /// <summary>The merge stage and the shards in small.</summary>
    private static Dictionary<DeviceKey, DeviceState> Run(Observation[] frames)
    {
        var rule = new RouterRule("home");
        Dictionary<DeviceKey, DeviceState> devices = [];
        foreach (var frame in frames)
        {
            if (rule.Observe(frame) is { } identified)
            {
                Tell(DeviceKey.OfMac(identified.Router), new DeviceCommand.IdentifyRouter(frame.AtTicks, identified.Behind, frame.Where()));
                foreach (var earlier in identified.Earlier) Tell(earlier.Device, Command(earlier));
            }
            Tell(frame.Device, Command(frame));
        }
        return devices;

        static DeviceCommand Command(Observation observation) => new DeviceCommand.Observe(observation, "r", DeviceCounters.Empty);

        void Tell(DeviceKey key, DeviceCommand command)
        {
            var state = devices.GetValueOrDefault(key, DeviceState.Initial);
            devices[key] = Device.Decide(state, command).Aggregate(state, Device.Evolve);
        }
    }

    private static string Text(RouterIdentification? identified)
    {
        if (identified is null) return "";
        var earlier = identified.Earlier.Cast<ClientHelloObservation>().Select(e => $"{e.Device} {e.Hello.Ja4} {e.AtTicks}");
        return string.Join(' ', [identified.Router.ToString(), .. identified.Behind, .. earlier]);
    }

    private void Identify()
    {
        for (var i = 1; i <= 3; i++) Assert.Null(_rule.Observe(Observe.Hello("a", i, $"10.0.0.{i}")));
        Assert.NotNull(_rule.Observe(Observe.Hello("a", 4, "10.0.0.4")));
    }

    [Fact]
    public void Facts_of_other_protocols_give_a_router_away_and_follow_their_clients()
    {
        var rule = new RouterRule("default");
        DeviceFact[] facts = [new(FactKind.TcpSyn, "a")];
        for (var i = 1; i <= 3; i++) Assert.Null(rule.Observe(Observe.Signal(facts, i, $"10.0.0.{i}")));
        Assert.Null(rule.Observe(Observe.Signal(facts, 3, "10.0.0.3")));
        Assert.Null(rule.Observe(Observe.Signal(facts, 3, "10.0.0.9", crossesRouters: false)));

        rule = new RouterRule("default", rule.Save());
        var last = Observe.Signal(facts, 4, "10.0.0.4");
        var identified = rule.Observe(last);

        Assert.Equal(
            ["ip:default/0/10.0.0.1", "ip:default/0/10.0.0.2", "ip:default/0/10.0.0.3"],
            identified!.Earlier.Select(earlier => earlier.Device.ToString()));
        Assert.All(identified.Earlier, earlier => Assert.Equal(facts, ((SignalObservation)earlier).Facts));
        Assert.Equal((Observe.Mac, "ip:default/0/10.0.0.4"), (last.Via, last.Device.ToString()));
    }
}
