using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>What a device actor can be asked. Closed: the device decider decides on nothing else.</summary>
public abstract record DeviceCommand
{
    /// <summary>
    /// An observation of this device in a run. <see cref="Counts"/> tells what was counted before it: counters are not part of
    /// the state. The per-frame path calls <see cref="Device.Observe"/>, which needs no command object.
    /// </summary>
    public sealed record Observe(Observation Observation, string Run, IFingerprintCounts Counts) : DeviceCommand;

    /// <summary>Its MAC address turned out to be a router: TLS fingerprints move to the addresses named in <see cref="Behind"/>.</summary>
    public sealed record IdentifyRouter(long AtTicks, IReadOnlyList<string> Behind, Sighting Where) : DeviceCommand;

    /// <summary>
    /// What a classifier says of the device now. The version of the signature <paramref name="Database"/> is kept with the answer.
    /// </summary>
    public sealed record Classify(long AtTicks, DeviceIdentity Identity, string Database, Sighting Where) : DeviceCommand;

    /// <summary>
    /// Names the device; null or blank removes the name. The text is checked by <see cref="DeviceLabel.TryParse"/>, which says
    /// what is wrong with it; a label that fails there changes nothing here.
    /// </summary>
    public sealed record SetLabel(long AtTicks, string? Label) : DeviceCommand;

    /// <summary>Forgets fingerprints last seen before <see cref="BeforeTicks"/>, as <see cref="Counts"/> tells.</summary>
    public sealed record ApplyRetention(long AtTicks, long BeforeTicks, IFingerprintCounts Counts) : DeviceCommand;

    /// <summary>Erases everything.</summary>
    public sealed record Erase(long AtTicks) : DeviceCommand;
}
