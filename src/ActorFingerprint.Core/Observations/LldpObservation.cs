using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// What an LLDP data unit says (IEEE 802.1AB-2016 §8), text escaped and bounded. Serial numbers and asset tags are not read.
/// </summary>
public sealed record LldpUnit
{
    /// <summary>Chassis id: a MAC or network address in its usual form, else text.</summary>
    public required string ChassisId { get; init; }

    /// <summary>Port id, likewise: of the sender's port.</summary>
    public required string PortId { get; init; }

    /// <summary>Seconds that it stays valid; 0 when the port is about to go down.</summary>
    public required int TimeToLive { get; init; }

    /// <summary>Port description; null when absent, as the following.</summary>
    public string? PortDescription { get; init; }

    /// <summary>System name.</summary>
    public string? SystemName { get; init; }

    /// <summary>System description.</summary>
    public string? SystemDescription { get; init; }

    /// <summary>Names of the enabled capabilities; null when absent.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Management addresses of IPv4 and IPv6.</summary>
    public IReadOnlyList<NetworkAddress> ManagementAddresses { get; init; } = [];

    /// <summary>LLDP-MED device class (TIA-1057): 1 to 3 endpoints, 4 network; null when absent.</summary>
    public int? DeviceClass { get; init; }

    /// <summary>LLDP-MED manufacturer name.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>LLDP-MED model name.</summary>
    public string? Model { get; init; }

    /// <summary>LLDP-MED hardware revision.</summary>
    public string? Hardware { get; init; }

    /// <summary>LLDP-MED firmware revision.</summary>
    public string? Firmware { get; init; }

    /// <summary>LLDP-MED software revision.</summary>
    public string? Software { get; init; }
}

/// <summary>
/// A neighbour that announced itself over LLDP: the first in a minute of each content. The device is the sender of the frame.
/// </summary>
public sealed class LldpObservation : SignalObservation
{
    /// <summary>Made at an origin without addresses.</summary>
    [SetsRequiredMembers]
    public LldpObservation(in Origin origin, LldpUnit unit, bool isPartial) : base(origin) =>
        (Unit, IsPartial) = (unit, IsPartial | isPartial);

    /// <inheritdoc />
    public override string Protocol => "lldp";

    /// <inheritdoc />
    public override string Event => Unit.TimeToLive == 0 ? "shutdown" : "announcement";

    /// <summary>What it said.</summary>
    public LldpUnit Unit { get; }
}
