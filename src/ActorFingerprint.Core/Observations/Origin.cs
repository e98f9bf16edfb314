using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>Where and when something was seen: the part that every <see cref="Observation"/> has. Members as there.</summary>
public readonly record struct Origin
{
    /// <summary>The device that the observation tells of; none for a server outside the local networks.</summary>
    public DeviceKey Device { get; init; }

    /// <summary>UTC ticks (100 ns) of the frame.</summary>
    public long AtTicks { get; init; }

    /// <summary>1-based number of the frame.</summary>
    public long Frame { get; init; }

    /// <summary>Bytes of the frame on the wire.</summary>
    public int WireLength { get; init; }

    /// <summary>Link address that stands for the device on this link.</summary>
    public MacAddress LinkAddress { get; init; }

    /// <summary>Innermost VLAN id, 0 when untagged.</summary>
    public int Vlan { get; init; }

    /// <summary>The device's address.</summary>
    public NetworkAddress Source { get; init; }

    /// <summary>The peer's address.</summary>
    public NetworkAddress Destination { get; init; }

    /// <summary>The device's port.</summary>
    public int SourcePort { get; init; }

    /// <summary>The peer's port.</summary>
    public int DestinationPort { get; init; }

    /// <summary>The capture holds less of the packet than was sent.</summary>
    public bool IsTruncated { get; init; }
}
