using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Icmpv6;

/// <summary>
/// A neighbour discovery message that passed the checks of RFC 4861 §6.1 and §7.1, a view. Its checksum is not verified: captures on the
/// sending host hold it unfinished.
/// </summary>
public readonly ref struct NeighborMessage
{
    private const byte LinkHopLimit = 255;
    private const int TargetOffset = 8;
    private const byte RouterFlag = 0x80;
    private const byte SolicitedFlag = 0x40;
    private const byte OverrideFlag = 0x20;

    private readonly ReadOnlySpan<byte> _message;

    private NeighborMessage(ReadOnlySpan<byte> message, NetworkAddress source, MacAddress linkLayerAddress)
    {
        _message = message;
        Source = source;
        LinkLayerAddress = linkLayerAddress;
    }

    /// <summary>False for a message that a host must discard, or whose options are cut.</summary>
    /// <param name="packet">The packet that held it.</param>
    /// <param name="bytes">The ICMPv6 message, from its type on.</param>
    /// <param name="message">Gets the view.</param>
    public static bool TryRead(in PacketHeader packet, ReadOnlySpan<byte> bytes, out NeighborMessage message)
    {
        message = default;
        if (packet.TimeToLive != LinkHopLimit || bytes.Length < 4 || bytes[1] != 0) return false;
        var type = (NeighborMessageType)bytes[0];
        var optionsAt = OptionsOffset(type);
        if (optionsAt == 0 || bytes.Length < optionsAt) return false;
        if (!TryReadLinkLayerAddress(type, bytes[optionsAt..], out var address)) return false;
        if (!IsAllowed(in packet, type, bytes, address != MacAddress.None)) return false;
        message = new NeighborMessage(bytes, packet.Source, address);
        return true;
    }

    /// <summary>ICMPv6 type.</summary>
    public NeighborMessageType Type => (NeighborMessageType)_message[0];

    /// <summary>Source of the packet.</summary>
    public NetworkAddress Source { get; }

    /// <summary>Source link-layer address, of an advertisement the target's; none when there is no such option of Ethernet.</summary>
    public MacAddress LinkLayerAddress { get; }

    /// <summary>Target of a neighbour message; none in router messages.</summary>
    public NetworkAddress Target => HasTarget(Type) ? NetworkAddress.ReadV6(_message[TargetOffset..]) : default;

    /// <summary>The sender has no address yet and wants the target.</summary>
    public bool IsDuplicateDetection => Type == NeighborMessageType.NeighborSolicitation && Source.IsUnspecified;

    /// <summary>R flag of an advertisement.</summary>
    public bool IsRouter => IsAdvertisement && (_message[4] & RouterFlag) != 0;

    /// <summary>S flag of an advertisement.</summary>
    public bool IsSolicited => IsAdvertisement && (_message[4] & SolicitedFlag) != 0;

    /// <summary>O flag of an advertisement.</summary>
    public bool IsOverride => IsAdvertisement && (_message[4] & OverrideFlag) != 0;

    /// <summary>The address that the message shows to be the sender's, or to become it; none when it shows none.</summary>
    public NetworkAddress OwnAddress
    {
        get
        {
            var own = IsAdvertisement || IsDuplicateDetection ? Target : Source;
            return own.IsUnicast ? own : default;
        }
    }

    /// <summary>The whole message.</summary>
    internal ReadOnlySpan<byte> Bytes => _message;

    private bool IsAdvertisement => Type == NeighborMessageType.NeighborAdvertisement;

    /// <summary>Where the options of a message begin; 0 for another type.</summary>
    internal static int OptionsOffset(NeighborMessageType type) => type switch
    {
        NeighborMessageType.RouterSolicitation => 8,
        NeighborMessageType.RouterAdvertisement => 16,
        NeighborMessageType.NeighborSolicitation or NeighborMessageType.NeighborAdvertisement => 24,
        _ => 0,
    };

    private static bool HasTarget(NeighborMessageType type) =>
        type is NeighborMessageType.NeighborSolicitation or NeighborMessageType.NeighborAdvertisement;

    private static bool IsAllowed(in PacketHeader packet, NeighborMessageType type, ReadOnlySpan<byte> bytes, bool hasAddress)
    {
        if (HasTarget(type) && NetworkAddress.ReadV6(bytes[TargetOffset..]).IsMulticastOrBroadcast) return false;
        return type switch
        {
            NeighborMessageType.RouterAdvertisement => packet.Source.IsLinkLocal,
            NeighborMessageType.NeighborAdvertisement => !packet.Destination.IsMulticastOrBroadcast || (bytes[4] & SolicitedFlag) == 0,
            NeighborMessageType.NeighborSolicitation when packet.Source.IsUnspecified =>
                !hasAddress && packet.Destination.IsMulticastOrBroadcast,
            _ => !packet.Source.IsUnspecified || !hasAddress,
        };
    }

    private static bool TryReadLinkLayerAddress(NeighborMessageType type, ReadOnlySpan<byte> options, out MacAddress address)
    {
        address = default;
        var wanted = type == NeighborMessageType.NeighborAdvertisement ? NeighborOption.TargetLinkLayer : NeighborOption.SourceLinkLayer;
        var reader = new NeighborOptionReader(options);
        while (reader.TryRead(out var code, out var value))
            if (code == wanted && value.Length == 6 && MacAddress.Read(value) is { IsUnicast: true } mac) address = mac;
        return !reader.IsFaulty;
    }
}
