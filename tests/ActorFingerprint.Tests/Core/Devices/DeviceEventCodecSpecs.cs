using System.Text;
using System.Text.Json.Nodes;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

/// <summary>The files under tests/data/events are the storage format: what is written must equal them byte for byte.</summary>
public sealed class DeviceEventCodecSpecs
{
    private const long At = 638_992_728_000_000_000;

    private static readonly Sighting Where = new("run-1", 42, 1);

    private static readonly Dictionary<string, DeviceEvent> Events = new()
    {
        ["device.first-seen.v1"] = new DeviceEvent.FirstSeen(At, DeviceKey.OfMac(Observe.Mac), Where, false),
        ["device.fingerprint-observed.v1"] = new DeviceEvent.FingerprintObserved(
            At,
            FingerprintKind.DhcpDiscover,
            3,
            "1,3,6,15",
            new FingerprintFeatures
            {
                SortedList = "1,3,6,15",
                SortedHash = "00ff",
                OptionOrder = "53,55,255",
                VendorClass = "udhcp 1.36",
                UserClass = "0102",
            },
            Where),
        ["device.address-observed.v1"] = new DeviceEvent.AddressObserved(At, "2001:db8::1", Where),
        ["device.host-name-observed.v1"] = new DeviceEvent.HostNameObserved(At, "caf\\xc3\\xa9", HostNameSource.DhcpFqdn, Where),
        ["device.fact-observed.v1"] = new DeviceEvent.FactObserved(At, FactKind.MdnsService, "_ipp._tcp", Where),
        ["device.classified.v1"] = new DeviceEvent.Classified(
            At, DeviceType.Camera, .95,
            [new ClassificationReason(EvidenceSource.MdnsText, SignatureKind.MdnsText, "_dhnap._tcp model_number=DCS-*", "Camera/D-Link", .8075, At - 1_000_000_000_000)],
            "1.0.0", Where, "D-Link", "DCS-935L"),
        ["device.churn-detected.v1"] = new DeviceEvent.ChurnDetected(At, FingerprintKind.Ja4, "t13d_a", "t13d_b", 2, Where),
        ["device.churn-suppressed.v1"] = new DeviceEvent.ChurnSuppressed(At, FingerprintKind.DhcpRequest, At, Where),
        ["device.router-identified.v1"] = new DeviceEvent.RouterIdentified(At, ["10.0.0.1", "10.0.0.2"], Where),
        ["device.labelled.v1"] = new DeviceEvent.Labelled(At, "Küche"),
        ["device.retention-applied.v1"] = new DeviceEvent.RetentionApplied(At, At - 1, [1, 4]),
        ["device.erased.v1"] = new DeviceEvent.Erased(At),
    };

    public static TheoryData<string> Manifests => [.. Events.Keys];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void An_event_is_stored_as_its_sample_says(string manifest)
    {
        var (written, payload) = DeviceEventCodec.Encode(Events[manifest]);
        Assert.Equal(manifest, written);
        Assert.Equal(Sample(manifest), Encoding.UTF8.GetString(payload));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_stored_sample_reads_back_as_the_event(string manifest)
    {
        var read = DeviceEventCodec.Default.Decode(manifest, Encoding.UTF8.GetBytes(Sample(manifest)));
        Assert.IsType(Events[manifest].GetType(), read);
        Assert.Equal(Sample(manifest), Encoding.UTF8.GetString(DeviceEventCodec.Encode(read!).Payload));
    }

    [Fact]
    public void Every_kind_of_event_has_a_sample() => Assert.Equal(
        typeof(DeviceEvent).GetNestedTypes().Select(type => type.Name).Order(StringComparer.Ordinal),
        Events.Values.Select(e => e.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_delta_and_a_snapshot_are_stored_as_their_samples_say()
    {
        var spec = DeviceSpec.Given();
        spec.When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3], 1, hostName: "pc"u8.ToArray(), frame: 7));
        spec.When(Observe.Hello("t13d", 2, sni: "example.org", frame: 8)).When(Observe.Hello("t13d", 1, sni: "example.com", frame: 9));
        spec.When(new DeviceCommand.SetLabel(Observe.At(3), "Laptop"));
        var counts = (DeviceDeltaBuilder)spec.Counts;

        var delta = DeviceEventCodec.Encode(counts.Build());
        Assert.Equal(Sample("device-delta"), Encoding.UTF8.GetString(delta));
        Assert.Equal(delta, DeviceEventCodec.Encode(DeviceEventCodec.DecodeDelta(delta)));

        var (manifest, snapshot) = DeviceEventCodec.Encode(new DeviceSnapshot(spec.State, spec.Folded, 12));
        Assert.Equal(Sample(manifest), Encoding.UTF8.GetString(snapshot));
        Assert.Equal(snapshot, DeviceEventCodec.Encode(DeviceEventCodec.DecodeSnapshot(manifest, snapshot)!).Payload);
    }

    [Fact]
    public void A_snapshot_from_before_there_were_facts_has_none()
    {
        var older = Sample("device.snapshot.v1").Replace("\"facts\":[],", "", StringComparison.Ordinal);
        var snapshot = DeviceEventCodec.DecodeSnapshot("device.snapshot.v1", Encoding.UTF8.GetBytes(older));
        Assert.Empty(snapshot!.State.Facts);
    }

    [Fact]
    public void Deltas_and_snapshots_from_before_hours_were_counted_have_none_and_go_on()
    {
        const string hours = ",\"hours\":[{\"hour\":10,\"count\":3}]";
        var delta = DeviceEventCodec.DecodeDelta(Older("device-delta"));
        var counters = DeviceEventCodec.DecodeSnapshot("device.snapshot.v1", Older("device.snapshot.v1"))!.Counters;
        Assert.Null(delta.Hours);
        Assert.Null(counters.Hours);
        Assert.Equal(Older("device-delta"), DeviceEventCodec.Encode(delta));
        var later = counters.Apply(delta).Apply(DeviceEventCodec.DecodeDelta(Encoding.UTF8.GetBytes(Sample("device-delta"))));
        Assert.Equal([new HourCount(10, 3)], later.Hours);
        Assert.Equal(9, later.Packets);

        static byte[] Older(string name)
        {
            Assert.Contains(hours, Sample(name), StringComparison.Ordinal);
            return Encoding.UTF8.GetBytes(Sample(name).Replace(hours, "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void An_overwritten_event_means_nothing() => Assert.Null(DeviceEventCodec.Default.Decode("erased.v1", "{}"u8));

    [Fact]
    public void A_stream_with_overwritten_events_replays_as_if_they_never_were()
    {
        (string Manifest, byte[] Payload)[] stream =
        [
            DeviceEventCodec.Encode(Events["device.first-seen.v1"]),
            DeviceEventCodec.Encode(Events["device.fingerprint-observed.v1"]),
            ("erased.v1", "{}"u8.ToArray()),
            DeviceEventCodec.Encode(Events["device.labelled.v1"]),
        ];
        var state = Device.Initial;
        foreach (var (manifest, payload) in stream)
            if (DeviceEventCodec.Default.Decode(manifest, payload) is { } e) state = Device.Evolve(state, e);
        Assert.Equal(("Küche", 3, 1), (state.Label, state.LastNumber, state.History(FingerprintKind.DhcpDiscover).Distinct));
    }

    [Fact]
    public void An_unknown_manifest_is_named()
    {
        var error = Assert.Throws<StoredEventException>(() => DeviceEventCodec.Default.Decode("device.teleported.v7", "{}"u8));
        Assert.Contains("device.teleported.v7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device.first-seen.v1", "{}")]
    [InlineData("device.first-seen.v1", "null")]
    [InlineData("device.address-observed.v1", """{"at":1,"address":null,"where":{"run":"r","frame":1,"index":0}}""")]
    [InlineData("device.churn-suppressed.v1", """{"at":1,"kind":"smell","hour":0,"where":{"run":"r","frame":1,"index":0}}""")]
    [InlineData("device.labelled.v1", "not json")]
    public void A_payload_that_does_not_fit_its_manifest_is_refused_by_name(string manifest, string payload)
    {
        var error = Assert.Throws<StoredEventException>(() => DeviceEventCodec.Default.Decode(manifest, Encoding.UTF8.GetBytes(payload)));
        Assert.Contains(manifest, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delta_or_snapshot_with_members_missing_is_refused()
    {
        Assert.Throws<StoredEventException>(() => DeviceEventCodec.DecodeDelta("""{"id":"device-1","packets":1}"""u8));
        Assert.Throws<StoredEventException>(() => DeviceEventCodec.DecodeSnapshot("device.snapshot.v1", "{}"u8));
    }

    [Fact]
    public void A_snapshot_of_another_format_is_no_snapshot() => Assert.Null(DeviceEventCodec.DecodeSnapshot("device.snapshot.v0", "{}"u8));

    [Fact]
    public void An_older_form_is_lifted_step_by_step_to_the_current_one()
    {
        var codec = new DeviceEventCodec(
            new JsonUpcaster("device.labelled.test-1", "device.labelled.test-2", json =>
            {
                json["at"] = json["time"]!.GetValue<long>() * TimeSpan.TicksPerSecond;
                json.Remove("time");
                return json;
            }),
            new JsonUpcaster("device.labelled.test-2", "device.labelled.v1", json =>
                new JsonObject { ["at"] = json["at"]!.DeepClone(), ["label"] = json["name"]!.DeepClone() }));
        var read = codec.Decode("device.labelled.test-1", Encoding.UTF8.GetBytes(Sample("device.labelled.test-1")));
        Assert.Equal(new DeviceEvent.Labelled(63_899_272_800 * TimeSpan.TicksPerSecond, "Radio"), read);
        Assert.Equal(Events["device.erased.v1"], codec.Decode("device.erased.v1", Encoding.UTF8.GetBytes(Sample("device.erased.v1"))));
    }

    [Fact]
    public void Upcasters_that_lead_in_a_circle_are_refused() => Assert.Throws<ArgumentException>(
        () => new DeviceEventCodec(new JsonUpcaster("a", "b", json => json), new JsonUpcaster("b", "a", json => json)));

    private static string Sample(string name) =>
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "data", "events", name + ".json")).TrimEnd('\n');
}
