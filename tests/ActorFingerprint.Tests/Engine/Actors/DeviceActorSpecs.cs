using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Tests.Core;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Actors;

/// <summary>An actor remembers what told nothing new; its events are those of the decider all the same.</summary>
public sealed class DeviceActorSpecs
{
    private const double SecondsPerHour = 3600;

    [Fact]
    public void Events_are_those_of_the_decider_whatever_was_seen_before()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var contents = new Contents(random);
            var actor = NewActor();
            var state = Device.Initial;
            var second = 0.0;
            for (var i = 0; i < 400; i++)
            {
                second += random.Next(40) == 0 ? random.Next(-2, 3) * SecondsPerHour : random.Next(3);
                var observation = contents.Any(random, Math.Max(0, second));
                var expected = Device.Observe(state, observation, "r", actor);
                var events = actor.Observe(observation, "r", out _);
                Assert.Equal(expected, events);
                foreach (var @event in events)
                {
                    actor.Evolve(@event);
                    state = Device.Evolve(state, @event);
                }
                if (random.Next(150) != 0) continue;
                var router = new DeviceEvent.RouterIdentified(observation.AtTicks, ["10.9.9.9"], observation.Where());
                actor.Evolve(router);
                state = Device.Evolve(state, router);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_watchlist_that_comes_later_still_hits_what_told_nothing_new(bool isDhcp)
    {
        var options = Observe.Dhcp(DhcpMessageType.Request, [1, 3]).Options;
        DeviceFact[] facts = [new(FactKind.MdnsService, "_ipp._tcp")];
        var actor = NewActor();
        for (var i = 0; i < 4; i++)
            foreach (var @event in actor.Observe(One(i), "r", out _)) actor.Evolve(@event);
        var hit = One(5);
        hit.Hits = [Contents.Entry];
        var told = Assert.IsType<DeviceEvent.FactObserved>(Assert.Single(actor.Observe(hit, "r", out _)));
        Assert.Equal((FactKind.WatchlistHit, Contents.Entry.Text), (told.Kind, told.Value));

        Observation One(int second) => isDhcp
            ? Contents.Dhcp(options, DhcpMessageType.Request, second, "10.0.0.5")
            : Observe.Signal(facts, second, crossesRouters: false);
    }

    [Fact]
    public void Counters_are_made_for_a_device_that_was_seen_for_long_enough_whether_they_are_folded_or_pending()
    {
        var hour = TimeSpan.FromHours(1);
        var actor = NewActor();
        Assert.Null(actor.CountersOver(TimeSpan.Zero));
        actor.Count(Observe.Hello("a", SecondsPerHour), null);
        Assert.Null(actor.CountersOver(hour));
        actor.FoldCounted();
        Assert.Null(actor.CountersOver(hour));
        actor.Count(Observe.Hello("a", 0.5 * SecondsPerHour), null);
        Assert.Null(actor.CountersOver(hour));
        actor.Count(Observe.Hello("a", 1.5 * SecondsPerHour), null);
        Assert.Equal(3, actor.CountersOver(hour)!.Packets);
        actor.FoldCounted();
        Assert.Equal(3, actor.CountersOver(hour)!.Packets);
        Assert.Null(actor.CountersOver(hour + TimeSpan.FromTicks(1)));
    }

    private static DeviceActor NewActor() => new("device-1", Device.Initial, DeviceCounters.Empty, 0);

    /// <summary>A few contents that messages share, as the stages' caches share them.</summary>
    private sealed class Contents(Random random)
    {
        public static readonly WatchlistEntry Entry = new(WatchlistType.Ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1", "bad");

        private readonly DeviceFact[][] _facts =
            [.. Enumerable.Range(0, 24).Select(i => (DeviceFact[])[new DeviceFact(FactKind.MdnsService, $"_s{i / 2}._tcp"), new DeviceFact(FactKind.SsdpServer, $"x{i % 5}")])];

        private readonly GivenName[][] _names = [[], [new GivenName("a", HostNameSource.Mdns)], [new GivenName("b", HostNameSource.Mdns)]];

        private readonly DhcpOptions[] _options =
            [.. Enumerable.Range(1, 6).Select(i => Observe.Dhcp(DhcpMessageType.Request, [1, (byte)i]).Options)];

        private readonly string?[] _addresses = [null, "10.0.0.5", "10.0.0.6", "0.0.0.0"];

        public Observation Any(Random random, double second)
        {
            Observation observation = random.Next(3) switch
            {
                0 => Dhcp(One(_options), One((DhcpMessageType[])[DhcpMessageType.Request, DhcpMessageType.Discover, DhcpMessageType.Ack]), second, One(_addresses)),
                1 => Observe.Hello($"ja4-{random.Next(4)}", second, source: "10.0.0.5"),
                _ => Observe.Signal(One(_facts), second, crossesRouters: random.Next(2) == 0, names: One(_names), own: One(_addresses)),
            };
            if (random.Next(12) == 0) observation.Hits = [Entry];
            return observation;
        }

        public static DhcpObservation Dhcp(DhcpOptions options, DhcpMessageType type, double second, string? address) => Observe.Dhcp(
            type, second: second, op: (byte)(type == DhcpMessageType.Ack ? 2 : 1), ciaddr: address, yiaddr: address, options: options);

        private T One<T>(T[] values) => values[random.Next(values.Length)];
    }
}
