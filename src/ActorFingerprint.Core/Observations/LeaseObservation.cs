using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// A lease in a file of a DHCP server or client on this machine: who had which address, and under which name. Read from no frame; its
/// <see cref="Observation.Frame"/> counts the leases of the run.
/// </summary>
public sealed class LeaseObservation : SignalObservation
{
    /// <summary>Made at an origin of which device, link address and time are known.</summary>
    [SetsRequiredMembers]
    public LeaseObservation(in Origin origin, NetworkAddress address) : base(origin) => OwnAddress = address;

    /// <inheritdoc />
    public override string Protocol => "lease";

    /// <inheritdoc />
    public override string Event => "lease";

    /// <summary>When the lease ends, UTC ticks; null when it does not, or the file does not say.</summary>
    public long? ExpiresTicks { get; init; }
}
