using ActorFingerprint.Core.Identification;

namespace ActorFingerprint.Core.Devices;

/// <summary>When an answer of the classifier is an event.</summary>
public static class Classification
{
    /// <summary>Change of confidence that is told although the answer is the same.</summary>
    public const double Step = .1;

    /// <summary>None when the answer says no more than what is known already.</summary>
    internal static IReadOnlyList<DeviceEvent> Decide(DeviceState state, DeviceCommand.Classify command)
    {
        var identity = command.Identity;
        if (identity.IsSilent && state.Classification is null) return [];
        var answer = new DeviceEvent.Classified(
            command.AtTicks, identity.Type, Math.Round(identity.Confidence, 2), [], command.Database, command.Where,
            Bounded(identity.Vendor), Bounded(identity.Model), Bounded(identity.Os));
        if (state.Classification is { } known && known.SaysSame(answer) && Math.Abs(known.Confidence - answer.Confidence) < Step) return [];
        return [answer with { Reasons = Reasons(identity) }];
    }

    /// <summary>The strongest reason of each source, in the order of the evidence.</summary>
    private static List<ClassificationReason> Reasons(DeviceIdentity identity)
    {
        List<ClassificationReason> reasons = [];
        var told = 0;
        foreach (var evidence in identity.Evidence)
        {
            if (identity.Type != DeviceType.Unknown && !DeviceTypes.AreCompatible(evidence.Type, identity.Type)) continue;
            var source = 1 << (int)evidence.Source;
            if ((told & source) != 0) continue;
            told |= source;
            reasons.Add(new ClassificationReason(
                evidence.Source, evidence.Kind, FingerprintFeatures.Bounded(evidence.Rule), FingerprintFeatures.Bounded(evidence.Device),
                evidence.Support, evidence.AtTicks));
        }
        return reasons;
    }

    private static string? Bounded(string? text) => text is null ? null : FingerprintFeatures.Bounded(text);
}
