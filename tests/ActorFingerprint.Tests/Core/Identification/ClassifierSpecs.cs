using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using Xunit;
using static ActorFingerprint.Tests.Core.Identification.SignatureIndexSpecs;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class ClassifierSpecs
{
    private static readonly SignatureDevice Camera = new("Camera") { Type = DeviceType.Camera };
    private static readonly SignatureDevice Printer = new("Printer") { Type = DeviceType.Printer };
    private static readonly Sighting Where = new("r", 1, 0);

    [Fact]
    public void Nothing_known_is_unknown()
    {
        var identity = Identify(Index(), Named("x"));
        Assert.Equal((DeviceType.Unknown, 0d), (identity.Type, identity.Confidence));
        Assert.Empty(identity.Evidence);
        Assert.Same(DeviceIdentity.Unknown, Classifier(Index()).Identify(DeviceState.Initial, null));
    }

    [Fact]
    public void One_exact_match_is_as_sure_as_its_source_times_its_rule()
    {
        var identity = Identify(Index(Host("cam", Camera, 90)), Named("cam"));
        Assert.Equal(DeviceType.Camera, identity.Type);
        Assert.Equal(.54, identity.Confidence, 3);
        var evidence = Assert.Single(identity.Evidence);
        Assert.Equal((EvidenceSource.Hostname, "cam", "cam", Observe.At(1)), (evidence.Source, evidence.Value, evidence.Rule, evidence.AtTicks));
    }

    [Fact]
    public void Repeats_of_one_source_do_not_add_up()
    {
        var index = Index(Host("cam1", Camera, 90), Host("cam2", Camera, 90), Host("cam3", Camera, 50));
        Assert.Equal(.54, Identify(index, Named("cam1", "cam2", "cam3")).Confidence, 3);
    }

    [Fact]
    public void Sources_that_agree_make_it_surer_and_never_more_than_sure()
    {
        var index = Index(Host("cam", Camera, 100), Fact(SignatureKind.MdnsText, "model=cam", Camera, 100), Fact(SignatureKind.SsdpServer, "cam", Camera, 100));
        var one = Identify(index, Named("cam"));
        var two = Identify(index, With(Named("cam"), (FactKind.MdnsText, "model=cam")));
        var three = Identify(index, With(Named("cam"), (FactKind.MdnsText, "model=cam"), (FactKind.SsdpServer, "cam")));
        Assert.Equal(1 - .4 * .15, two.Confidence, 3);
        Assert.InRange(one.Confidence, .01, two.Confidence - .01);
        Assert.InRange(three.Confidence, two.Confidence + .001, 1);
    }

    [Fact]
    public void A_rival_lowers_the_answer_and_is_told()
    {
        var index = Index(Fact(SignatureKind.MdnsText, "model=cam", Camera, 100), Host("prn", Printer, 100));
        var sure = Identify(index, With(Named(), (FactKind.MdnsText, "model=cam")));
        var doubted = Identify(index, With(Named("prn"), (FactKind.MdnsText, "model=cam")));
        Assert.Equal(DeviceType.Camera, doubted.Type);
        Assert.Equal(.85 * .4 / (1 - .85 * .6), doubted.Confidence, 3);
        Assert.True(doubted.Confidence < sure.Confidence);
        Assert.Equal([DeviceType.Camera, DeviceType.Printer], doubted.Candidates.Select(candidate => candidate.Type));
    }

    [Fact]
    public void A_wider_type_supports_a_narrower_one_and_does_not_rival_it()
    {
        var index = Index(
            Host("box", new SignatureDevice("Computer") { Type = DeviceType.Computer }, 100),
            Fact(SignatureKind.MdnsText, "model=ps5", new SignatureDevice("Console") { Type = DeviceType.Console }, 100));
        var identity = Identify(index, With(Named("box"), (FactKind.MdnsText, "model=ps5")));
        Assert.Equal(DeviceType.Console, identity.Type);
        Assert.Equal(1 - .4 * .15, identity.Confidence, 3);
    }

    [Fact]
    public void Below_the_threshold_the_type_is_not_said()
    {
        var identity = Identify(Index(Host("cam", Camera, 50)), Named("cam"));
        Assert.Equal(DeviceType.Unknown, identity.Type);
        Assert.Equal(new TypeCandidate(DeviceType.Camera, .3), Assert.Single(identity.Candidates));
    }

    [Fact]
    public void A_list_that_many_kinds_of_devices_send_speaks_for_each_with_its_share()
    {
        var index = Index(
            Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6", Camera, 80), Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6", Printer, 80),
            Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6", new SignatureDevice("Plug") { Type = DeviceType.Plug }, 80));
        var state = DeviceSpec.Given().When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3, 6])).State;
        var identity = Identify(index, state);
        Assert.Equal(DeviceType.Unknown, identity.Type);
        Assert.All(identity.Evidence, evidence => Assert.Equal(.65 * .85 * .8 / 3, evidence.Support, 4));
    }

    [Fact]
    public void An_operating_system_says_no_type()
    {
        var index = Index(Host("pc", new SignatureDevice("Operating system/Windows") { Os = "Windows" }, 90));
        var identity = Identify(index, Named("pc"));
        Assert.Equal((DeviceType.Unknown, "Windows"), (identity.Type, identity.Os));
    }

    [Fact]
    public void The_answer_does_not_depend_on_the_order_of_what_was_seen()
    {
        var index = Index(
            Host("cam", Camera, 90), Host("prn", Printer, 70), Fact(SignatureKind.SsdpServer, "x", Camera, 60), Fact(SignatureKind.MdnsText, "y", Printer, 40));
        var forward = Identify(index, With(Named("cam", "prn"), (FactKind.SsdpServer, "x"), (FactKind.MdnsText, "y")));
        var backward = Identify(index, With(Named("prn", "cam"), (FactKind.MdnsText, "y"), (FactKind.SsdpServer, "x")));
        Assert.Equal(forward.Candidates, backward.Candidates);
        Assert.Equal(forward.Evidence.Select(evidence => evidence.Rule), backward.Evidence.Select(evidence => evidence.Rule));
    }

    [Theory]
    [InlineData("00:17:88:24:76:FF", 0, 0)]
    [InlineData("02:42:AC:11:00:02", 0, .1)]
    [InlineData("52:54:00:12:34:56", 0, .1)]
    [InlineData("DA:A1:19:01:02:03", .5, 1)]
    [InlineData("01:00:5E:00:00:FB", 0, 0)]
    public void A_locally_administered_address_is_not_by_itself_a_privacy_address(string text, double least, double most)
    {
        Assert.True(MacAddress.TryParse(text, out var mac));
        Assert.InRange(PrivacyAddress.Likelihood(mac), least, most);
    }

    [Fact]
    public void Hours_tell_only_after_days_and_many_sightings()
    {
        static DeviceCounters Seen(int hours, int days, int each) => new()
        {
            FirstTicks = Observe.At(0),
            LastTicks = Observe.At(days * 86_400),
            Hours = [.. Enumerable.Range(0, hours).Select(hour => new HourCount(hour, each))],
        };
        Assert.Equal(Traits.AlwaysOn, Presence.Of(Seen(24, 4, 20)));
        Assert.Equal(Traits.ComesAndGoes, Presence.Of(Seen(8, 4, 40)));
        Assert.Null(Presence.Of(Seen(18, 4, 40)));
        Assert.Null(Presence.Of(Seen(24, 2, 20)));
        Assert.Null(Presence.Of(Seen(24, 4, 1)));
        Assert.Null(Presence.Of(null));
    }

    [Fact]
    public void An_answer_is_an_event_once_and_again_when_it_changes()
    {
        var index = Index(Host("cam", Camera, 90), Fact(SignatureKind.MdnsText, "model=prn", Printer, 100));
        var spec = DeviceSpec.Given(new DeviceEvent.FirstSeen(Observe.At(0), DeviceKey.OfMac(Observe.Mac), Where, false), Name("cam"));
        spec.When(Classify(index)).ThenOnly<DeviceEvent.Classified>();
        Assert.Equal((DeviceType.Camera, .54), (spec.State.Classification!.Type, spec.State.Classification.Confidence));
        Assert.Equal(EvidenceSource.Hostname, Assert.Single(spec.State.Classification.Reasons).Source);
        spec.When(Classify(index)).Then();

        spec = DeviceSpec.Given(
            new DeviceEvent.FirstSeen(Observe.At(0), DeviceKey.OfMac(Observe.Mac), Where, false), Name("cam"), spec.State.Classification,
            new DeviceEvent.FactObserved(Observe.At(2), FactKind.MdnsText, "model=prn", Where));
        spec.When(Classify(index)).ThenOnly<DeviceEvent.Classified>();
        Assert.Equal(DeviceType.Printer, spec.State.Classification!.Type);
        spec.When(new DeviceCommand.Erase(Observe.At(9)));
        Assert.Null(spec.State.Classification);
    }

    [Fact]
    public void Silence_about_a_device_is_no_event()
    {
        var spec = DeviceSpec.Given(new DeviceEvent.FirstSeen(Observe.At(0), DeviceKey.OfMac(Observe.Mac), Where, false));
        spec.When(Classify(Index())).Then();
    }

    private static Func<DeviceSpec, DeviceCommand> Classify(SignatureIndex index) => spec =>
        new DeviceCommand.Classify(Observe.At(5), Classifier(index).Identify(spec.State, null), "1", Where);

    private static DeviceIdentity Identify(SignatureIndex index, DeviceState state) => Classifier(index).Identify(state, null);

    private static DeviceClassifier Classifier(SignatureIndex index) => new(index, EvidenceWeights.Default);

    private static Signature Host(string name, SignatureDevice device, int confidence) => Rule(SignatureKind.HostName, SignatureMatch.Exact, name, device, confidence);

    private static Signature Fact(SignatureKind kind, string value, SignatureDevice device, int confidence) => Rule(kind, SignatureMatch.Exact, value, device, confidence);

    private static DeviceEvent.HostNameObserved Name(string name) => new(Observe.At(1), name, HostNameSource.DhcpHostName, Where);

    private static DeviceState Named(params string[] names) =>
        DeviceSpec.Given([new DeviceEvent.FirstSeen(Observe.At(0), DeviceKey.OfMac(Observe.Mac), Where, false), .. names.Select(Name)]).State;

    private static DeviceState With(DeviceState state, params (FactKind Kind, string Value)[] facts) => facts.Aggregate(
        state, (now, fact) => Device.Evolve(now, new DeviceEvent.FactObserved(Observe.At(2), fact.Kind, fact.Value, Where)));
}
