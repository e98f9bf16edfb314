using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// A message by which neighbours find each other (multicast DNS, SSDP, NetBIOS, LLMNR). One to a group stays on its link: who sent it is
/// the device. One to a single host may have come through a router.
/// </summary>
public abstract class DiscoveryObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    protected DiscoveryObservation(in Origin origin) : base(origin)
    {
    }

    /// <summary>The frame went to a single host, not to a group or to all.</summary>
    public bool IsToOneHost { get; init; }

    /// <inheritdoc />
    public override bool CrossesRouters => IsToOneHost;
}
