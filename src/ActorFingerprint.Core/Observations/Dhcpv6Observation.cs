using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>One DHCPv6 message, either direction, relayed or not. The device is the client.</summary>
public sealed class Dhcpv6Observation : SignalObservation
{
    /// <summary>Made at an origin with the packet's addresses.</summary>
    [SetsRequiredMembers]
    public Dhcpv6Observation(in Origin origin, Dhcpv6Message message, bool isPartial) : base(origin) =>
        (Message, IsPartial) = (message, IsPartial | isPartial);

    /// <inheritdoc />
    public override string Protocol => "dhcpv6";

    /// <inheritdoc />
    public override string Event => Message.Type switch
    {
        Dhcpv6MessageType.Solicit => "solicit",
        Dhcpv6MessageType.Advertise => "advertise",
        Dhcpv6MessageType.Request => "request",
        Dhcpv6MessageType.Confirm => "confirm",
        Dhcpv6MessageType.Renew => "renew",
        Dhcpv6MessageType.Rebind => "rebind",
        Dhcpv6MessageType.Reply => "reply",
        Dhcpv6MessageType.Release => "release",
        Dhcpv6MessageType.Decline => "decline",
        Dhcpv6MessageType.Reconfigure => "reconfigure",
        Dhcpv6MessageType.InformationRequest => "information_request",
        _ => $"type_{(int)Message.Type}",
    };

    /// <summary>What the client or server said, relays taken off.</summary>
    public Dhcpv6Message Message { get; }

    /// <summary>Relays, outermost first; empty for a message that was not relayed.</summary>
    public IReadOnlyList<Dhcpv6Relay> Relays { get; init; } = [];
}
