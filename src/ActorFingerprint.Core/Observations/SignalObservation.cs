using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// An observation that tells of its device by named facts. What it shares with other observations of equal content (facts, names) is
/// one object for all of them.
/// </summary>
public abstract class SignalObservation : Observation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    protected SignalObservation(in Origin origin)
    {
        Device = origin.Device;
        AtTicks = origin.AtTicks;
        Frame = origin.Frame;
        WireLength = origin.WireLength;
        LinkAddress = origin.LinkAddress;
        Vlan = origin.Vlan;
        Source = origin.Source;
        Destination = origin.Destination;
        SourcePort = origin.SourcePort;
        DestinationPort = origin.DestinationPort;
        IsPartial = origin.IsTruncated;
    }

    /// <summary>What the device showed; bounded by the stage.</summary>
    public IReadOnlyList<DeviceFact> Facts { get; init; } = [];

    /// <summary>Host names that the device gave for itself.</summary>
    public IReadOnlyList<GivenName> HostNames { get; init; } = [];

    /// <summary>An address that the message shows to be the device's own; none when it shows none.</summary>
    public NetworkAddress OwnAddress { get; init; }
}
