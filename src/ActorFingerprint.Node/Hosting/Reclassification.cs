using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Maintenance;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What a device was taken for, and what it is taken for by the signatures of today.</summary>
/// <param name="Key">The device.</param>
/// <param name="Before">As journaled last; null when nothing was.</param>
/// <param name="Now">Today's answer; null when nothing tells.</param>
public sealed record Reclassification(string Key, IdentityRow? Before, IdentityRow? Now)
{
    /// <summary>True when the answer is another, or as sure by a tenth more or less.</summary>
    public bool IsChanged => Before is null || Now is null
        ? Before != Now
        : Before with { Confidence = 0 } != Now with { Confidence = 0 } || Math.Abs(Before.Confidence - Now.Confidence) >= Classification.Step;

    /// <summary>Asks the classifier.</summary>
    public static Reclassification Of(DeviceAsOf device, DeviceClassifier classifier)
    {
        var identity = classifier.Identify(device.State, device.Counters);
        return new Reclassification(
            device.State.FirstSeen!.Device.ToString(), DeviceRows.IdentityOf(device.State),
            identity.IsSilent ? null : new IdentityRow(DeviceTypes.Name(identity.Type), Math.Round(identity.Confidence, 2), identity.Vendor, identity.Model, identity.Os));
    }
}
