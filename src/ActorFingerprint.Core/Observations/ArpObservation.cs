using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>What an ARP packet is for (RFC 826, RFC 5227 §1.1).</summary>
public enum ArpKind : byte
{
    /// <summary>Asks who has an address.</summary>
    Request,
    /// <summary>Answers.</summary>
    Reply,
    /// <summary>Asks without an address of its own, whether the target address is free.</summary>
    Probe,
    /// <summary>A request for its own address: tells everyone.</summary>
    Announcement,
    /// <summary>A reply that names one address as sender and target: tells everyone.</summary>
    Gratuitous,
    /// <summary>An operation other than request and reply (inverse ARP, and private ones).</summary>
    Other,
}

/// <summary>
/// A hardware address that gave its network address over ARP: the first in a minute of each kind, or the first conflict. The device is the
/// sender named in the packet; of a conflict, the one that came later.
/// </summary>
public sealed class ArpObservation : SignalObservation
{
    /// <summary>Made at an origin whose source is the sender's address and whose destination is the target's.</summary>
    [SetsRequiredMembers]
    public ArpObservation(in Origin origin) : base(origin)
    {
    }

    /// <inheritdoc />
    public override string Protocol => "arp";

    /// <inheritdoc />
    public override string Event => IsConflict ? "conflict" : Kind switch
    {
        ArpKind.Request => "request",
        ArpKind.Reply => "reply",
        ArpKind.Probe => "probe",
        ArpKind.Announcement => "announcement",
        ArpKind.Gratuitous => "gratuitous",
        _ => $"operation_{Operation}",
    };

    /// <summary>1 request, 2 reply; others by number.</summary>
    public int Operation { get; init; }

    /// <summary>What the packet is for.</summary>
    public ArpKind Kind { get; init; }

    /// <summary>Hardware address of the sender, in the packet.</summary>
    public MacAddress SenderMac { get; init; }

    /// <summary>Hardware address of the target as sent; none in most requests.</summary>
    public MacAddress TargetMac { get; init; }

    /// <summary>Source of the frame; another one than <see cref="SenderMac"/> when somebody sends for another, or pretends to.</summary>
    public MacAddress FrameMac { get; init; }

    /// <summary>Who claimed the address earlier in this minute; none without a conflict.</summary>
    public MacAddress Holder { get; init; }

    /// <summary>Another hardware address claimed the same address in this minute.</summary>
    public bool IsConflict => Holder != MacAddress.None;
}
