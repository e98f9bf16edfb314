using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;
using Xunit;

namespace ActorFingerprint.Tests.Core.Watchlists;

public sealed class WatchlistSpecs
{
    private static readonly DeviceEvent.FirstSeen Seen = new(Observe.At(0), DeviceKey.OfMac(Observe.Mac), new Sighting("r", 1, 0), false);

    [Fact]
    public void A_hello_is_hit_by_its_ja4_its_ja3_and_its_name_whatever_the_letter_case()
    {
        var hello = Observe.Hello("t13d", ja3: "abcd", sni: "Bad.Example");
        Assert.Equal(["ja4=T13D", "tools: ja3=ABCD", "sni=bad.example"],
            Hits(hello, Entry(WatchlistType.Ja4, "T13D"), Entry(WatchlistType.Ja3, "ABCD", "tools"), Entry(WatchlistType.Sni, "bad.example"), Entry(WatchlistType.Sni, "t13d")));
    }

    [Fact]
    public void A_server_hello_is_hit_by_its_ja3s() => Assert.Equal(["ja3s=ja3s"], Hits(Observe.ServerHello(), Entry(WatchlistType.Ja3S, "ja3s")));

    [Fact]
    public void A_dhcp_message_of_a_client_is_hit_by_its_list_in_wire_order_its_vendor_class_and_its_name()
    {
        WatchlistEntry[] entries =
            [Entry(WatchlistType.Dhcp, "6,3,1"), Entry(WatchlistType.DhcpVendor, "MSFT 5.0"), Entry(WatchlistType.HostName, "phone"), Entry(WatchlistType.Dhcp, "1,3,6")];
        Assert.Equal(["dhcp=6,3,1", "dhcp-vendor=MSFT 5.0", "host-name=phone"],
            Hits(Observe.Dhcp(DhcpMessageType.Discover, [6, 3, 1], hostName: "phone\0"u8.ToArray(), vendorClass: "MSFT 5.0"), entries));
        Assert.Empty(Hits(Observe.Dhcp(DhcpMessageType.Ack, [6, 3, 1], op: 2, vendorClass: "MSFT 5.0"), entries));
    }

    [Fact]
    public void Facts_are_hit_by_their_kind_and_names_as_host_names() => Assert.Equal(["hassh=aa", "host-name=nas"],
        Hits(
            Observe.Signal([new DeviceFact(FactKind.Hassh, "aa"), new DeviceFact(FactKind.HasshServer, "bb")], names: [new GivenName("nas", HostNameSource.Mdns)]),
            Entry(WatchlistType.Of(FactKind.Hassh), "aa"), Entry(WatchlistType.Of(FactKind.Hassh), "bb"), Entry(WatchlistType.HostName, "nas")));

    [Fact]
    public void Of_two_entries_with_one_value_the_first_counts() =>
        Assert.Equal(["one: ja4=x"], Hits(Observe.Hello("x"), Entry(WatchlistType.Ja4, "x", "one"), Entry(WatchlistType.Ja4, "X", "two")));

    [Fact]
    public void An_empty_list_marks_nothing_and_allocates_nothing()
    {
        var hello = Observe.Hello("x");
        Assert.Equal(0, Allocations.Of(() => Watchlist.Empty.Mark(hello)));
        Assert.Empty(hello.Hits);
    }

    [Fact]
    public void A_look_up_without_a_hit_allocates_nothing()
    {
        var hello = Observe.Hello("x");
        var list = new Watchlist([Entry(WatchlistType.Ja4, "y"), Entry(WatchlistType.Sni, "y")]);
        Assert.Equal(0, Allocations.Of(() => list.Mark(hello)));
    }

    [Fact]
    public void A_hit_becomes_one_event_of_the_device_however_often_it_comes()
    {
        var list = new Watchlist([Entry(WatchlistType.Ja4, "x", "bad")]);
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 3; i++)
        {
            var hello = Observe.Hello("x", i);
            list.Mark(hello);
            spec.When(hello);
        }
        Assert.True(spec.State.Knows(new DeviceFact(FactKind.WatchlistHit, "bad: ja4=x")));
        Assert.Single(spec.State.Facts, fact => fact.Kind == FactKind.WatchlistHit);
    }

    [Fact]
    public void A_router_is_not_blamed_for_what_passes_through_it()
    {
        var hello = Observe.Hello("x", 2);
        new Watchlist([Entry(WatchlistType.Ja4, "x")]).Mark(hello);
        DeviceSpec.Given(Seen, new DeviceEvent.RouterIdentified(Observe.At(1), [], new Sighting("r", 2, 0))).When(hello).Then();
    }

    [Fact]
    public void Facts_that_fill_the_hour_leave_room_for_hits()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 300; i++) spec.When(Observe.Signal([new DeviceFact(FactKind.OpenPort, $"tcp/{i}")], i));
        var hello = Observe.Hello("x", 301);
        new Watchlist([Entry(WatchlistType.Ja4, "x")]).Mark(hello);
        spec.When(hello);
        Assert.True(spec.State.Knows(new DeviceFact(FactKind.WatchlistHit, "ja4=x")));
    }

    [Fact]
    public void The_text_of_a_hit_is_cut_to_the_length_of_a_fact_and_its_number_is_one_for_local_use()
    {
        var entry = Entry(WatchlistType.Dhcp, string.Join(',', Enumerable.Repeat(255, 250)), "long");
        Assert.Equal(DeviceFact.MaxLength, entry.Text.Length);
        Assert.InRange(entry.SignatureId, 1_000_000, 1_999_999);
        Assert.Equal(entry.SignatureId, Entry(entry.Type, entry.Value, "other label").SignatureId);
        Assert.NotEqual(entry.SignatureId, Entry(WatchlistType.Sni, entry.Value).SignatureId);
    }

    private static WatchlistEntry Entry(WatchlistType type, string value, string label = "") => new(type, value, label);

    private static IEnumerable<string> Hits(Observation observation, params WatchlistEntry[] entries)
    {
        new Watchlist(entries).Mark(observation);
        return observation.Hits.Select(hit => hit.Text);
    }
}
