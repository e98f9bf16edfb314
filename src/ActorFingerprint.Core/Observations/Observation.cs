using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// One thing seen on the wire, at a frame: the command that a device actor decides on. Owned by one stage at a time;
/// only the router rule changes it, through <see cref="AttributeTo"/>, before it reaches a mailbox.
/// </summary>
public abstract class Observation
{
    /// <summary>The device that it tells of; the client for both hellos, the DHCP client for every DHCP message.</summary>
    public required DeviceKey Device { get; set; }

    /// <summary>The router through which it came, when the router rule applied; else <see cref="MacAddress.None"/>.</summary>
    public MacAddress Via { get; private set; }

    /// <summary>Capture time: UTC ticks (100 ns) of the frame.</summary>
    public required long AtTicks { get; init; }

    /// <summary>1-based number of the frame at which the message was complete.</summary>
    public required long Frame { get; init; }

    /// <summary>0-based position among the observations of this frame.</summary>
    public int Index { get; set; }

    /// <summary>Length on the wire, in bytes, of the frame that completed it.</summary>
    public int WireLength { get; init; }

    /// <summary>Link address that stands for <see cref="Device"/> on this link; none on links without MAC addresses.</summary>
    public MacAddress LinkAddress { get; init; }

    /// <summary>Innermost VLAN id, 0 when untagged.</summary>
    public int Vlan { get; init; }

    /// <summary>Client side address.</summary>
    public NetworkAddress Source { get; init; }

    /// <summary>Server side address.</summary>
    public NetworkAddress Destination { get; init; }

    /// <summary>Client side port.</summary>
    public int SourcePort { get; init; }

    /// <summary>Server side port.</summary>
    public int DestinationPort { get; init; }

    /// <summary>Something was cut or faulty: what is here was read before the fault and is valid.</summary>
    public bool IsPartial { get; init; }

    /// <summary>
    /// All frames that it was made of, rising, when there are several and somebody asked for them; else null, and <see cref="Frame"/> says it.
    /// </summary>
    public IReadOnlyList<long>? Frames { get; set; }

    /// <summary>Entries of the watchlist in force that it hit; set before it reaches a mailbox.</summary>
    public IReadOnlyList<WatchlistEntry> Hits { get; set; } = [];

    /// <summary>Lower-case protocol name of the observation contract (docs/formats.md): <c>dhcp</c>, <c>tls</c>, …</summary>
    public abstract string Protocol { get; }

    /// <summary>Lower-case event name of the observation contract: <c>discover</c>, <c>client_hello</c>, …</summary>
    public abstract string Event { get; }

    /// <summary>
    /// Packets of this protocol pass routers: what comes through a router's hardware address tells of a machine behind it, and must
    /// not be credited to the router.
    /// </summary>
    public virtual bool CrossesRouters => false;

    /// <summary>Moves the observation to another device, reached through <paramref name="via"/> (design §4, router rule).</summary>
    public void AttributeTo(DeviceKey device, MacAddress via) => (Device, Via) = (device, via);
}
