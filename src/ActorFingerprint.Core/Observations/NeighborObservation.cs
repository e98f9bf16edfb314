using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>Messages of IPv6 neighbour discovery, by their ICMPv6 types (RFC 4861 §4).</summary>
public enum NeighborMessageType : byte
{
    /// <summary>A host asks for routers.</summary>
    RouterSolicitation = 133,
    /// <summary>A router tells what the link is like.</summary>
    RouterAdvertisement = 134,
    /// <summary>Asks who has an address, or whether it is free.</summary>
    NeighborSolicitation = 135,
    /// <summary>Answers, or tells everyone.</summary>
    NeighborAdvertisement = 136,
}

/// <summary>
/// A hardware address that gave its IPv6 address, or the facts of its link: the first in a minute of each kind, or the first conflict. The
/// device is the link-layer address in the message, else the sender of the frame; of a conflict, the one that came later.
/// </summary>
public sealed class NeighborObservation : SignalObservation
{
    /// <summary>Made at an origin with the packet's addresses.</summary>
    [SetsRequiredMembers]
    public NeighborObservation(in Origin origin) : base(origin)
    {
    }

    /// <inheritdoc />
    public override string Protocol => "icmpv6";

    /// <inheritdoc />
    public override string Event => IsConflict ? "conflict" : Type switch
    {
        NeighborMessageType.RouterSolicitation => "router_solicitation",
        NeighborMessageType.RouterAdvertisement => "router_advertisement",
        NeighborMessageType.NeighborSolicitation when IsDuplicateDetection => "duplicate_detection",
        NeighborMessageType.NeighborSolicitation => "neighbor_solicitation",
        _ => "neighbor_advertisement",
    };

    /// <summary>ICMPv6 type.</summary>
    public NeighborMessageType Type { get; init; }

    /// <summary>Target of a neighbour message; none in the others.</summary>
    public NetworkAddress Target { get; init; }

    /// <summary>A solicitation without a source address: the sender wants to use the target (RFC 4862 §5.4).</summary>
    public bool IsDuplicateDetection { get; init; }

    /// <summary>R flag of a neighbour advertisement: it forwards.</summary>
    public bool IsRouter { get; init; }

    /// <summary>S flag of a neighbour advertisement: it was asked.</summary>
    public bool IsSolicited { get; init; }

    /// <summary>O flag of a neighbour advertisement: it replaces what was known; proxies and anycast addresses leave it off.</summary>
    public bool IsOverride { get; init; }

    /// <summary>Source or target link-layer address option; none when absent.</summary>
    public MacAddress LinkLayerAddress { get; init; }

    /// <summary>Source of the frame.</summary>
    public MacAddress FrameMac { get; init; }

    /// <summary>A router advertisement in canonical text (docs/formats.md); null for other messages.</summary>
    public string? Advertisement { get; init; }

    /// <summary>Who has the address in this minute; none without a conflict.</summary>
    public MacAddress Holder { get; init; }

    /// <summary>Two hardware addresses claimed one address in this minute.</summary>
    public bool IsConflict => Holder != MacAddress.None;
}
