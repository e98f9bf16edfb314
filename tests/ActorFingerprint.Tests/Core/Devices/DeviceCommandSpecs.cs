using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceCommandSpecs
{
    private static readonly DeviceEvent.FirstSeen Seen = new(Observe.At(0), DeviceKey.OfMac(Observe.Mac), new Sighting("r", 1, 0), false);
    private static readonly Sighting Where = new("r", 9, 0);

    [Fact]
    public void A_label_is_trimmed_and_said_once() =>
        DeviceSpec.Given(Seen)
            .When(new DeviceCommand.SetLabel(7, "  Kitchen radio ")).Then(new DeviceEvent.Labelled(7, "Kitchen radio"))
            .When(new DeviceCommand.SetLabel(8, "Kitchen radio")).Then()
            .When(new DeviceCommand.SetLabel(9, " ")).Then(new DeviceEvent.Labelled(9))
            .When(new DeviceCommand.SetLabel(10, null)).Then();

    [Theory]
    [InlineData("line\nbreak", "U+000A")]
    [InlineData("\u001b[31mred", "U+001B")]
    [InlineData("abc\u202egnp.exe", "U+202E")]
    [InlineData("para\u2029graph", "U+2029")]
    public void A_label_that_could_deceive_is_refused_with_its_reason(string label, string named)
    {
        Assert.False(DeviceLabel.TryParse(label, out var parsed, out var problem));
        Assert.Null(parsed);
        Assert.Contains(named, problem, StringComparison.Ordinal);
        DeviceSpec.Given(Seen).When(new DeviceCommand.SetLabel(7, label)).Then();
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() =>
        Assert.False(DeviceLabel.TryParse(string.Concat("half ", (char)0xD83D), out _, out _));

    [Fact]
    public void A_label_has_at_most_128_characters_after_trimming()
    {
        Assert.True(DeviceLabel.TryParse($" {new string('x', 128)} ", out _, out _));
        Assert.False(DeviceLabel.TryParse(new string('x', 129), out _, out var problem));
        Assert.Contains("129", problem, StringComparison.Ordinal);
        Assert.True(DeviceLabel.TryParse("Küche 📻", out var label, out _));
        Assert.Equal("Küche 📻", label);
    }

    [Fact]
    public void Commands_to_a_device_that_was_never_seen_do_nothing() =>
        DeviceSpec.Given()
            .When(new DeviceCommand.SetLabel(1, "x")).Then()
            .When(new DeviceCommand.Erase(1)).Then()
            .When(new DeviceCommand.IdentifyRouter(1, ["10.0.0.1"], Where)).Then()
            .When(spec => new DeviceCommand.ApplyRetention(1, long.MaxValue, spec.Counts)).Then();

    [Fact]
    public void Erasing_leaves_nothing_and_is_done_once()
    {
        var spec = DeviceSpec.Given(Seen).When(Observe.Hello("a")).When(new DeviceCommand.SetLabel(1, "x"))
            .When(new DeviceCommand.Erase(5)).Then(new DeviceEvent.Erased(5))
            .When(new DeviceCommand.Erase(6)).Then();
        Assert.Same(DeviceState.Initial, spec.State);
    }

    [Fact]
    public void A_router_loses_the_ja4_values_and_addresses_of_those_behind_it()
    {
        var spec = DeviceSpec.Given(Seen)
            .When(Observe.Dhcp(DhcpMessageType.Request, [1, 3], ciaddr: "192.168.1.1"))
            .When(Observe.Hello("a", source: "10.0.0.1")).When(Observe.Hello("b", source: "10.0.0.2"))
            .When(new DeviceCommand.IdentifyRouter(7, ["10.0.0.1", "10.0.0.2"], Where))
            .Then(new DeviceEvent.RouterIdentified(7, ["10.0.0.1", "10.0.0.2"], Where));
        Assert.Equal(0, spec.State.History(FingerprintKind.Ja4).Distinct);
        Assert.Equal(1, spec.State.History(FingerprintKind.DhcpRequest).Distinct);
        Assert.Equal("192.168.1.1", spec.State.Addresses.Single().Address.ToString());
        spec.When(new DeviceCommand.IdentifyRouter(8, ["10.0.0.9"], Where)).Then();
    }

    [Fact]
    public void Tls_that_a_later_run_still_gives_to_a_router_only_counts()
    {
        var spec = DeviceSpec.Given(Seen, new DeviceEvent.RouterIdentified(7, ["10.0.0.1"], Where))
            .When(Observe.Hello("a", source: "10.0.0.1")).Then();
        Assert.Equal((1L, 0, 0), (spec.Folded.Packets, spec.Folded.Ja3.Texts.Length, spec.Folded.Fingerprints.Length));
        spec.When(Observe.Dhcp(DhcpMessageType.Discover, [1])).ThenOnly<DeviceEvent.FingerprintObserved>();
    }

    [Fact]
    public void Retention_forgets_values_by_their_last_sighting()
    {
        var spec = DeviceSpec.Given(Seen)
            .When(Observe.Hello("old", 0)).When(Observe.Hello("kept", 1)).When(Observe.Hello("kept", 500))
            .When(spec => new DeviceCommand.ApplyRetention(Observe.At(600), Observe.At(500), spec.Counts))
            .Then(new DeviceEvent.RetentionApplied(Observe.At(600), Observe.At(500), [1]));
        Assert.Equal(["kept"], spec.State.History(FingerprintKind.Ja4).Values.Select(value => value.Value));
        spec.When(s => new DeviceCommand.ApplyRetention(Observe.At(601), Observe.At(500), s.Counts)).Then();
        spec.When(Observe.Hello("old", 700)).ThenOnly<DeviceEvent.FingerprintObserved>();
    }

    [Fact]
    public void Overwriting_what_the_retention_forgets_replays_to_the_same_histories()
    {
        List<DeviceEvent> journal = [];
        var counts = new DeviceDeltaBuilder("device-1", DeviceCounters.Empty);
        List<DeviceDelta> rows = [];
        var state = Device.Initial;
        for (var i = 0; i < 90; i++)
        {
            var hello = Observe.Hello(i % 9 < 3 ? "established" : $"v{i}", i * 600, sni: $"site{i}");
            Take(Device.Decide(state, new DeviceCommand.Observe(hello, "r", counts)));
            counts.Add(hello, state);
            rows.Add(counts.Build());
            counts.Reset(rows.Aggregate(DeviceCounters.Empty, (sum, row) => sum.Apply(row)));
        }
        var before = journal.Count;
        Take(Device.Decide(state, new DeviceCommand.ApplyRetention(Observe.At(60_000), Observe.At(45 * 600), counts)));
        var applied = Assert.IsType<DeviceEvent.RetentionApplied>(journal[before]);
        var retention = new DeviceRetention(state, applied);

        var kept = journal.Where((e, i) => i >= before || !retention.Forgets(e)).ToList();
        var replayed = kept.Aggregate(Device.Initial, Device.Evolve);

        Assert.Equal(Histories(state), Histories(replayed));
        Assert.Equal(state.LastNumber, replayed.LastNumber);
        Assert.DoesNotContain("v5\"", string.Concat(kept.Select(DeviceSpec.Text)), StringComparison.Ordinal);
        var stripped = rows.Select(retention.Strip).ToList();
        Assert.DoesNotContain(stripped, row => row.Sni.Any(text => text.Text is "site10"));
        Assert.Contains(stripped, row => row.Sni.Any(text => text.Text is "site80"));
        Assert.Same(rows[^1], stripped[^1]);
        var folded = stripped.Aggregate(DeviceCounters.Empty, (sum, row) => sum.Apply(row));
        Assert.Equal(90, folded.Packets);
        Assert.Equal(90, folded.Sni.Other + folded.Sni.Texts.Sum(text => text.Count));

        void Take(IReadOnlyList<DeviceEvent> events)
        {
            journal.AddRange(events);
            state = events.Aggregate(state, Device.Evolve);
        }
    }

    [Theory]
    [InlineData(49, false, false, "low packets_total=49")]
    [InlineData(50, false, true, "")]
    [InlineData(1, true, true, "")]
    public void Status_needs_packets_or_an_informative_fingerprint(long packets, bool hasFingerprint, bool isOk, string reason)
    {
        var state = Device.Evolve(Device.Initial, Seen);
        if (hasFingerprint) state = Device.Evolve(state, new DeviceEvent.FingerprintObserved(1, FingerprintKind.Ja4, 1, "a", new(), Where));
        var status = DeviceStatus.Of(state, DeviceCounters.Empty with { Packets = packets });
        Assert.Equal((isOk, reason), (status.IsOk, status.Reason));
    }

    private static string Histories(DeviceState state)
    {
        var snapshot = new DeviceSnapshot(DeviceState.Initial with { Histories = state.Histories }, DeviceCounters.Empty, 0);
        return Encoding.UTF8.GetString(DeviceEventCodec.Encode(snapshot).Payload);
    }
}
