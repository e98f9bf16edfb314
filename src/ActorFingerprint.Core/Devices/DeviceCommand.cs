using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>What a device actor can be asked. Closed: the device decider decides on nothing else.</summary>
public abstract record DeviceCommand
{
    /// <summary>An observation of this device in a run.</summary>
    public sealed record Observe(Observation Observation, string Run) : DeviceCommand;

    /// <summary>Its MAC address turned out to be a router: TLS fingerprints move to the addresses named in <see cref="Behind"/>.</summary>
    public sealed record IdentifyRouter(long AtTicks, IReadOnlyList<string> Behind, Sighting Where) : DeviceCommand;

    /// <summary>Names the device; null or blank removes the name. At most 128 characters.</summary>
    public sealed record SetLabel(long AtTicks, string? Label) : DeviceCommand;

    /// <summary>Forgets fingerprints last seen before <see cref="BeforeTicks"/>.</summary>
    public sealed record ApplyRetention(long AtTicks, long BeforeTicks) : DeviceCommand;

    /// <summary>Erases everything.</summary>
    public sealed record Erase(long AtTicks) : DeviceCommand;
}
