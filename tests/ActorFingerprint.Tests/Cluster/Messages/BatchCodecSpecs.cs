using System.Globalization;
using System.Text.RegularExpressions;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Tests.Core;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Messages;

public sealed partial class BatchCodecSpecs
{
    /// <summary>Values tried for each type: enough that every pair of its members differs in some of them.</summary>
    private const int Seeds = 120;

    public static TheoryData<string> Types => [.. ObservationFiller.Types.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_member_of_every_observation_survives_the_way(string type)
    {
        var of = ObservationFiller.Types.Single(t => t.Name == type);
        var seen = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var observation = new ObservationFiller(seed * 1000).Observation(of);
            var expected = Structure.Of(observation);
            Assert.Equal(expected, Structure.Of(RoundTrip(observation)));
            foreach (var line in expected)
                if (AnyIndex().Replace(line, "[]").Split(" = ", 2) is [var path, var value])
                    (seen.TryGetValue(path, out var values) ? values : seen[path] = new(StringComparer.Ordinal)).Add(value);
        }
        string[] alike = [.. seen.Where(member => member.Value.Count == 1 && !IsConstant(member.Key, member.Value.Single()))
            .Select(member => member.Key)];
        Assert.True(alike.Length == 0, $"these members were the same {Seeds} times, so nothing is known of them: "
            + string.Join(", ", alike));
    }

    [Fact]
    public void Many_observations_of_all_types_in_one_batch_survive_the_way()
    {
        List<ShardEnvelope> envelopes = [];
        for (var seed = 1; seed <= 20; seed++)
        {
            var filler = new ObservationFiller(seed * 7919);
            foreach (var type in ObservationFiller.Types)
                envelopes.Add(new ShardEnvelope(filler.Observation(type), null, seed * 10, envelopes.Count));
        }
        var decoded = Decode(Encode(envelopes));
        Assert.Equal(Structure.Of(envelopes), Structure.Of(decoded.Batch.Envelopes));
        Assert.Equal(0, decoded.Skipped);
    }

    [Fact]
    public void Every_kind_of_device_survives_the_way()
    {
        foreach (var kind in Enum.GetValues<DeviceKeyKind>())
        {
            var observation = Observe.Hello("ja4");
            observation.Device = new ObservationFiller(42).Device(kind);
            Assert.Equal(Structure.Of(observation), Structure.Of(RoundTrip(observation)));
        }
    }

    [Fact]
    public void Every_kind_of_fact_every_source_of_names_and_every_type_of_a_watchlist_survives_the_way()
    {
        var origin = new Origin { Device = DeviceKey.OfMac(Observe.Mac), Frame = 1, AtTicks = 1 };
        var observation = new RelayedObservation(origin, "tls", "client_hello")
        {
            Facts = [.. Enum.GetValues<FactKind>().Select(kind => new DeviceFact(kind, $"value of {kind}"))],
            HostNames = [.. Enum.GetValues<HostNameSource>().Select(source => new GivenName($"name of {source}", source))],
            Hits = [.. WatchlistType.Known.Select(name =>
                new WatchlistEntry(WatchlistType.TryParse(name, out var type) ? type : default, name, "label"))],
        };
        Assert.Equal(Structure.Of(observation), Structure.Of(RoundTrip(observation)));
    }

    [Fact]
    public void A_router_notice_survives_the_way()
    {
        for (var seed = 1; seed < Seeds; seed++)
        {
            var filler = new ObservationFiller(seed * 31);
            var envelope = new ShardEnvelope(null, new RouterNotice(filler.Device(DeviceKeyKind.Mac), filler.Notice()), seed, 3);
            Assert.Equal(Structure.Of(envelope), Structure.Of(Assert.Single(Decode(Encode([envelope])).Batch.Envelopes)));
        }
    }

    [Fact]
    public void A_report_of_a_run_and_the_name_of_a_second_try_survive_the_way()
    {
        RunEvent[] events =
        [
            new RunEvent.Started("run", 1, "eth0", 5),
            new RunEvent.Reported("run", 2, 3, 4),
            new RunEvent.Ended("run", 5, 6, 7),
        ];
        foreach (var @event in events)
        {
            var batch = new ShardBatch("run", 9, 3, []) { Report = new RunReport("home", @event), RetryId = "retry-1" };
            var decoded = Decode(new BatchEncoder().Encode("device", 8, batch));
            Assert.Equal(Structure.Of(batch), Structure.Of(decoded.Batch));
        }
    }

    [Fact]
    public void The_header_tells_where_a_batch_belongs_without_the_rest_being_read()
    {
        var message = new BatchEncoder().Encode("device", 64, new ShardBatch("0198-abc", 123456789012, 63, []));
        Assert.True(BatchHeader.TryRead(message, out var header, out var reason), reason);
        Assert.Equal(("device", 64, 63, "0198-abc", 123456789012, 0),
            (header.Region, header.ShardCount, header.Shard, header.Run, header.Number, header.Envelopes));
    }

    [Fact]
    public void Equal_contents_are_one_object_again()
    {
        List<ShardEnvelope> envelopes =
        [
            new(Observe.Hello("ja4", sni: "a.example"), null, 1, 0),
            new(Observe.Hello("ja4", sni: "b.example"), null, 2, 0),
            new(Observe.Dhcp(DhcpMessageType.Discover, [1, 3, 6]), null, 3, 0),
            new(Observe.Dhcp(DhcpMessageType.Request, [1, 3, 6]), null, 4, 0),
        ];
        var decoder = new BatchDecoder();
        var first = Decode(Encode(envelopes), decoder).Batch.Envelopes;
        var second = Decode(Encode(envelopes), decoder).Batch.Envelopes;
        var (a, b) = ((ClientHelloObservation)first[0].Observation!, (ClientHelloObservation)first[1].Observation!);
        Assert.Equal(("a.example", "b.example"), (a.Hello.Sni, b.Hello.Sni));
        Assert.Same(a.Hello.Extensions, b.Hello.Extensions);
        Assert.Same(a.Hello.Ja4, b.Hello.Ja4);
        Assert.Same(((DhcpObservation)first[2].Observation!).Options, ((DhcpObservation)second[3].Observation!).Options);
    }

    [Fact]
    public void An_observation_of_a_type_without_a_wire_form_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Encode([new ShardEnvelope(Observe.Signal([]), null, 1, 0)]));
        Assert.Contains(nameof(TestSignal), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_of_another_shard_is_refused()
    {
        var shard = ShardId.Of(DeviceKey.OfMac(Observe.Mac), 64);
        var batch = new ShardBatch("run", 1, (shard + 1) % 64, [new ShardEnvelope(Observe.Hello("ja4"), null, 1, 0)]);
        Assert.False(new BatchDecoder().TryDecode(new BatchEncoder().Encode("device", 64, batch), out _, out var reason));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"a device of shard {shard}"), reason, StringComparison.Ordinal);
    }

    /// <summary>Members that follow from others or from the type, and objects that are always there.</summary>
    private static bool IsConstant(string path, string value) =>
        value.StartsWith(Structure.Object, StringComparison.Ordinal) || path.StartsWith(".Certificate.Facts", StringComparison.Ordinal)
        || path.Split('.')[^1] is "Protocol" or "CrossesRouters" or "Event" or "IsFingerprint";

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex AnyIndex();

    private static Observation RoundTrip(Observation observation) =>
        Assert.Single(Decode(Encode([new ShardEnvelope(observation, null, observation.Frame, observation.Index)])).Batch.Envelopes)
            .Observation!;

    private static byte[] Encode(List<ShardEnvelope> envelopes) =>
        new BatchEncoder().Encode("device", 1, new ShardBatch("run-1", 7, 0, envelopes));

    private static DecodedBatch Decode(byte[] message, BatchDecoder? decoder = null)
    {
        Assert.True((decoder ?? new BatchDecoder()).TryDecode(message, out var batch, out var reason), reason);
        return batch;
    }
}
