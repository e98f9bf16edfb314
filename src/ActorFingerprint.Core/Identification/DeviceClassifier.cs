using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Vendors;

namespace ActorFingerprint.Core.Identification;

/// <summary>
/// Says what a device is from everything that it showed (docs/identification.md). Pure: the same device, signatures and weights give the
/// same answer.
/// </summary>
/// <param name="signatures">What values mean.</param>
/// <param name="weights">How far the sources are trusted.</param>
/// <param name="threshold">Confidence below which a type is not said, 0 to 1.</param>
public sealed class DeviceClassifier(ISignatureSource signatures, EvidenceWeights weights, double threshold = DeviceClassifier.DefaultThreshold)
{
    /// <summary>Threshold when none is configured.</summary>
    public const double DefaultThreshold = .35;

    /// <summary>Candidates told.</summary>
    public const int MaxCandidates = 5;

    /// <summary>Reasons told.</summary>
    public const int MaxEvidence = 64;

    /// <summary>The most that an exact DHCP list may claim before its source's weight: the lists of many devices are the same.</summary>
    public const double DhcpCeiling = .85;

    /// <summary>The most that a JA3 or JA4 value may claim before its source's weight: applications share libraries.</summary>
    public const double TlsCeiling = .80;

    /// <summary>
    /// The event of a device that asks for a server whose name the database knows: such a name tells what the device is, others are only
    /// counted. Null when there is nothing new.
    /// </summary>
    public DeviceEvent? ServerSeen(DeviceState state, Observation observation, string run)
    {
        if (state.IsRouter || NameIn(observation) is not { Length: > 0 } name) return null;
        if (signatures.Find(SignatureKind.ServerName, name).Count == 0) return null;
        var fact = new DeviceFact(FactKind.ServerName, name);
        if (state.Knows(fact) || state.Novelty.At(Novelty.Fact, observation.AtTicks).NewValues >= NoveltyWindows.FactLimit) return null;
        return new DeviceEvent.FactObserved(
            observation.AtTicks, fact.Kind, fact.Value, new Sighting(run, observation.Frame, observation.Index));
    }

    /// <summary>True when an event brings something that the database knows, so that the answer may have changed.</summary>
    public bool Concerns(DeviceEvent @event)
    {
        List<Clue> clues = [];
        Clue.Collect(@event, clues);
        foreach (var clue in clues)
            if (signatures.Find(clue.Kind, clue.Value, clue.Qualifier).Count > 0) return true;
        return false;
    }

    /// <summary>What the device is.</summary>
    /// <param name="state">Everything that it showed.</param>
    /// <param name="counters">What was counted of it; null leaves out when in the day it is there.</param>
    /// <param name="answer">What the API said of it, if it was asked and the answer has not expired.</param>
    public DeviceIdentity Identify(DeviceState state, DeviceCounters? counters, ExternalAnswer? answer = null)
    {
        if (!state.Exists) return DeviceIdentity.Unknown;
        var evidence = EvidenceOf(state, counters, answer);
        var types = new Ballot<DeviceType>(static (a, b) => a == b, DeviceTypes.AreCompatible);
        foreach (var item in evidence)
            if (item.Type != DeviceType.Unknown) types.Add(item.Type, item.Source, item.Support);
        var candidates = types.Results();
        var (type, confidence) = candidates is [var best, ..] ? best : (DeviceType.Unknown, 0);
        var fitting = evidence.FindAll(item => item.Type == DeviceType.Unknown || DeviceTypes.AreCompatible(item.Type, type));
        return new DeviceIdentity
        {
            Type = confidence < threshold ? DeviceType.Unknown : type,
            Confidence = Math.Round(confidence, 3),
            Vendor = BestText(fitting, item => item.Vendor) ?? VendorTable.Embedded.Find(state.FirstSeen!.Device.Mac),
            Model = BestText(fitting, item => item.Model),
            Os = BestText(fitting, item => item.Os),
            Candidates = [.. candidates.Take(MaxCandidates).Select(found => new TypeCandidate(found.Answer, Math.Round(found.Confidence, 3)))],
            Evidence = evidence.Count <= MaxEvidence ? evidence : evidence[..MaxEvidence],
        };
    }

    private static string? NameIn(Observation observation) => observation switch
    {
        ClientHelloObservation hello when hello.Hello.Sni.Length <= DeviceFact.MaxLength => hello.Hello.Sni,
        HttpRequestObservation request => request.Host,
        _ => null,
    };

    /// <summary>All evidence, the strongest first; what several values tell in the same words counts once.</summary>
    private List<Evidence> EvidenceOf(DeviceState state, DeviceCounters? counters, ExternalAnswer? answer)
    {
        List<Clue> clues = new(32);
        Clue.Collect(state, counters, clues);
        List<Evidence> all = new(32);
        if (answer is not null) all.Add(EvidenceOf(answer));
        foreach (var clue in clues) Weigh(clue, all);
        all.Sort(Compare);
        var told = new HashSet<Evidence>(all.Count, SameWords.Comparer);
        all.RemoveAll(item => !told.Add(item));
        return all;
    }

    /// <summary>
    /// Turns the signatures that a value meets into evidence. Where they speak for types that exclude each other, each type gets its share of
    /// what the best of them would have claimed alone.
    /// </summary>
    private void Weigh(in Clue clue, List<Evidence> evidence)
    {
        var hits = signatures.Find(clue.Kind, clue.Value, clue.Qualifier);
        if (hits.Count == 0) return;
        var source = Clue.SourceOf(clue.Kind);
        var scale = weights[source] * Ceiling(clue.Kind);
        Span<double> best = stackalloc double[(int)DeviceType.Vehicle + 1];
        for (var i = 0; i < hits.Count; i++)
        {
            ref var ofType = ref best[(int)hits[i].Signature.Device.Type];
            ofType = Math.Max(ofType, hits[i].Confidence);
        }
        best[(int)DeviceType.Unknown] = 0;
        for (var i = 0; i < hits.Count; i++)
        {
            var hit = hits[i];
            var device = hit.Signature.Device;
            evidence.Add(new Evidence(source, clue.Kind, clue.Value, hit.Signature.Pattern, hit.Signature.Origin, hit.Quality, device.Path,
                Math.Round(scale * hit.Confidence * Share(best, device.Type), 4), clue.AtTicks)
            {
                Type = device.Type,
                Vendor = device.Vendor,
                Model = hit.Model,
                Os = device.Os,
            });
        }
    }

    private Evidence EvidenceOf(ExternalAnswer answer) => new(
        EvidenceSource.FingerbankCache, SignatureKind.Fingerbank, answer.Device.Path, answer.Device.Path, "fingerbank", MatchQuality.Exact,
        answer.Device.Path, Math.Round(weights[EvidenceSource.FingerbankCache] * answer.Score / 100, 4), answer.AtTicks)
    {
        Type = answer.Device.Type,
        Vendor = answer.Device.Vendor,
        Model = answer.Device.Model,
        Os = answer.Device.Os,
    };

    private static double Share(ReadOnlySpan<double> best, DeviceType type)
    {
        if (type == DeviceType.Unknown) return 1;
        var (own, all) = (best[(int)type], 0.0);
        for (var other = 1; other < best.Length; other++)
            if (other == (int)type || !DeviceTypes.AreCompatible((DeviceType)other, type)) all += best[other];
        return all > 1 ? own / Math.Max(own, all) : 1;
    }

    private static double Ceiling(SignatureKind kind) => kind switch
    {
        SignatureKind.DhcpList or SignatureKind.DhcpOptions => DhcpCeiling,
        SignatureKind.Ja3 or SignatureKind.Ja4 or SignatureKind.Ja3S or SignatureKind.TlsStack => TlsCeiling,
        _ => 1,
    };

    /// <summary>The text that is supported most, as the strongest evidence for it spells it.</summary>
    private static string? BestText(List<Evidence> evidence, Func<Evidence, string?> textOf)
    {
        var ballot = new Ballot<string>(string.Equals, static (a, b) => a.Equals(b, StringComparison.OrdinalIgnoreCase));
        foreach (var item in evidence)
            if (textOf(item) is { Length: > 0 } text) ballot.Add(text, item.Source, item.Support);
        return ballot.Results() is [var best, ..] ? best.Answer : null;
    }

    private static int Compare(Evidence a, Evidence b)
    {
        if (b.Support.CompareTo(a.Support) is not 0 and var bySupport) return bySupport;
        if (a.Kind.CompareTo(b.Kind) is not 0 and var byKind) return byKind;
        if (string.CompareOrdinal(a.Value, b.Value) is not 0 and var byValue) return byValue;
        if (string.CompareOrdinal(a.Device, b.Device) is not 0 and var byDevice) return byDevice;
        if (string.CompareOrdinal(a.Rule, b.Rule) is not 0 and var byRule) return byRule;
        return a.AtTicks.CompareTo(b.AtTicks);
    }

    /// <summary>Evidence is equal that says the same of the same value.</summary>
    private sealed class SameWords : IEqualityComparer<Evidence>
    {
        public static SameWords Comparer { get; } = new();

        public bool Equals(Evidence? a, Evidence? b) =>
            a!.Kind == b!.Kind && a.Rule == b.Rule && a.Value == b.Value && a.Device == b.Device;

        public int GetHashCode(Evidence evidence) => evidence.Rule.GetHashCode(StringComparison.Ordinal) * 31 + (int)evidence.Kind;
    }
}
