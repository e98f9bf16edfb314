using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Icmpv6;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Icmpv6.NeighborBytes;

namespace ActorFingerprint.Tests.Protocols.Icmpv6;

public sealed class Icmpv6StageSpecs
{
    private const byte Router = 0x80;
    private const byte Solicited = 0x40;
    private const byte Override = 0x20;
    private const string AliceKey = "mac:02:00:00:00:00:01";
    private const string BobKey = "mac:02:00:00:00:00:02";

    private readonly StageProbe _probe = new(new Icmpv6Stage("lab"));

    private NeighborObservation Last => Assert.IsType<NeighborObservation>(_probe.Found[^1]);

    [Fact]
    public void A_router_solicitation_binds_its_source()
    {
        _probe.Give(From(Bob, "fe80::1"), RouterSolicitation(SourceLink(Alice)));
        Assert.Equal(("router_solicitation", AliceKey, "fe80::1"), (Last.Event, Last.Device.ToString(), Last.OwnAddress.ToString()));
        Assert.Equal("02:00:00:00:00:02", Last.FrameMac.ToString());
        Assert.True(Last.Target.IsNone);
    }

    [Fact]
    public void A_router_advertisement_is_a_fact_in_canonical_text()
    {
        _probe.Give(From(Alice, "fe80::1"), RouterAdvertisement(
            0xC0,
            [.. SourceLink(Alice), .. Mtu(1492), .. Prefix("2001:db8::", 64), .. Prefix("fd00::", 48), .. Servers("2001:db8::53", "fd00::53")]));
        const string Text = "flags=MO;hops=64;lifetime=1800;mtu=1492;prefixes=2001:db8::/64,fd00::/48;rdnss=2001:db8::53,fd00::53";
        Assert.Equal([new DeviceFact(FactKind.RouterAdvertisement, Text)], Last.Facts);
        Assert.Equal(("router_advertisement", AliceKey, "fe80::1"), (Last.Event, Last.Device.ToString(), Last.OwnAddress.ToString()));
    }

    [Fact]
    public void An_advertisement_without_options_has_empty_parts_and_a_long_one_is_bounded()
    {
        _probe.Give(From(Alice, "fe80::1"), RouterAdvertisement(0));
        Assert.Equal("flags=;hops=64;lifetime=1800;mtu=;prefixes=;rdnss=", Last.Advertisement);
        byte[] options = [.. Enumerable.Range(0, 40).SelectMany(i => Prefix($"2001:db8:aaaa:bbbb:cccc:dddd:eeee:{i:x}", 128))];
        _probe.Give(From(Alice, "fe80::1"), RouterAdvertisement(0, options));
        Assert.Equal(RouterAdvertisementText.MaxPrefixes, Last.Advertisement!.Split(',').Length);
    }

    [Fact]
    public void A_changed_advertisement_is_an_observation_within_the_minute_and_a_repeat_is_not()
    {
        _probe.Give(From(Alice, "fe80::1"), RouterAdvertisement(0)).Give(From(Alice, "fe80::1"), RouterAdvertisement(0));
        Assert.Single(_probe.Found);
        _probe.Give(From(Alice, "fe80::1"), RouterAdvertisement(0, Mtu(1280)));
        Assert.Equal(2, _probe.Found.Count);
    }

    [Fact]
    public void A_neighbour_solicitation_binds_its_source_whoever_it_asks_for()
    {
        _probe.Give(From(Alice, "fe80::1"), Solicitation("fe80::2", SourceLink(Alice)))
            .Give(From(Alice, "fe80::1"), Solicitation("fe80::3", SourceLink(Alice)));
        Assert.Single(_probe.Found);
        Assert.Equal(("neighbor_solicitation", "fe80::1", "fe80::2"), (Last.Event, Last.OwnAddress.ToString(), Last.Target.ToString()));
    }

    [Fact]
    public void A_solicitation_without_a_source_makes_the_target_its_own()
    {
        _probe.Give(From(Alice, "::", "ff02::1:ff00:9"), Solicitation("fe80::9"));
        Assert.Equal(("duplicate_detection", "fe80::9", AliceKey), (Last.Event, Last.OwnAddress.ToString(), Last.Device.ToString()));
    }

    [Fact]
    public void A_neighbour_advertisement_makes_the_target_its_own_and_shows_its_flags()
    {
        _probe.Give(From(Alice, "fe80::1"), Advertisement(Router | Override, "2001:db8::1", TargetLink(Alice)));
        Assert.Equal(("neighbor_advertisement", "2001:db8::1"), (Last.Event, Last.OwnAddress.ToString()));
        Assert.Equal((true, false, true), (Last.IsRouter, Last.IsSolicited, Last.IsOverride));
    }

    [Fact]
    public void Two_advertisements_of_one_address_are_a_conflict_of_the_newcomer_once_a_minute()
    {
        for (var i = 0; i < 3; i++)
        {
            _probe.Give(From(Alice, "fe80::1"), Advertisement(Override, "fe80::1", TargetLink(Alice)))
                .Give(From(Bob, "fe80::1"), Advertisement(Override, "fe80::1", TargetLink(Bob)));
        }
        Assert.Equal(["neighbor_advertisement", "neighbor_advertisement", "conflict"], _probe.Found.Select(found => found.Event));
        Assert.Equal((BobKey, "02:00:00:00:00:01"), (Last.Device.ToString(), Last.Holder.ToString()));
        Assert.Equal([new DeviceFact(FactKind.AddressConflict, "fe80::1 02:00:00:00:00:01")], Last.Facts);
    }

    [Fact]
    public void Who_defends_an_address_against_duplicate_detection_is_not_the_newcomer()
    {
        _probe.Give(From(Bob, "::", "ff02::1:ff00:1"), Solicitation("fe80::1"))
            .Give(From(Alice, "fe80::1"), Advertisement(Override, "fe80::1", TargetLink(Alice)));
        Assert.Equal(["duplicate_detection", "neighbor_advertisement", "conflict"], _probe.Found.Select(found => found.Event));
        Assert.Equal((BobKey, "02:00:00:00:00:01"), (Last.Device.ToString(), Last.Holder.ToString()));
        Assert.True(Last.OwnAddress.IsNone);
    }

    [Fact]
    public void Proxies_and_anycast_addresses_make_no_conflict()
    {
        _probe.Give(From(Alice, "fe80::1"), Advertisement(Override, "fe80::1", TargetLink(Alice)))
            .Give(From(Bob, "fe80::2", "fe80::3"), Advertisement(Solicited, "fe80::1", TargetLink(Bob)));
        Assert.DoesNotContain(_probe.Found, found => found.Event == "conflict");
    }

    [Fact]
    public void A_sender_without_a_hardware_address_is_its_address()
    {
        _probe.Give(From(0, "fe80::1"), RouterSolicitation());
        Assert.Equal("ip:lab/0/fe80::1", Last.Device.ToString());
    }

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "another hop limit", Solicitation("fe80::2") },
        { "a code", [135, 1, .. Solicitation("fe80::2")[2..]] },
        { "a short message", Solicitation("fe80::2")[..23] },
        { "a multicast target", Solicitation("ff02::1") },
        { "an option without length", Solicitation("fe80::2", 1, 0, 0, 0, 0, 0, 0, 0) },
        { "a cut option", Solicitation("fe80::2", 1, 2, 0, 0, 0, 0, 0, 0) },
        { "a link address without a source", Solicitation("fe80::2", SourceLink(Alice)) },
        { "a router solicitation, likewise", RouterSolicitation(SourceLink(Alice)) },
        { "duplicate detection to one host", Solicitation("fe80::2") },
        { "an answer to everyone that says it was asked", Advertisement(Solicited, "fe80::1") },
        { "a router with a global source", RouterAdvertisement(0) },
        { "another type", [137, .. RouterSolicitation()[1..]] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_message_that_hosts_discard_is_counted(string reason, byte[] message)
    {
        var packet = reason switch
        {
            "another hop limit" => From(Alice, "fe80::1", hops: 254),
            "a link address without a source" or "a router solicitation, likewise" => From(Alice, "::", "ff02::1:ff00:2"),
            "duplicate detection to one host" => From(Alice, "::", "fe80::2"),
            "a router with a global source" => From(Alice, "2001:db8::1"),
            _ => From(Alice, "fe80::1"),
        };
        _probe.Give(packet, message);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.NeighborMessage], _probe.Faults);
    }

    [Fact]
    public void A_flood_is_bounded_and_counted()
    {
        for (var i = 0u; i < 20_000; i++) _probe.Give(From(Alice + i, "fe80::1"), RouterSolicitation());
        Assert.InRange(_probe.Found.Count, 500, 1024);
        Assert.Contains(StateLimit.Minute, _probe.Evictions);
    }

    [Fact]
    public void Hostile_messages_do_no_harm() => HostileMessages.GiveTo(
        new Icmpv6Stage("lab"),
        From(Alice, "fe80::1"),
        RouterAdvertisement(0xC0, [.. SourceLink(Alice), .. Mtu(1492), .. Prefix("2001:db8::", 64), .. Servers("2001:db8::53")]),
        Solicitation("fe80::2", SourceLink(Alice)),
        Advertisement(Override, "fe80::1", TargetLink(Alice)));
}
