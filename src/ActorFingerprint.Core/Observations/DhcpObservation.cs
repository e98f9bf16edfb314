using System.Buffers.Binary;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>DHCPv4 message types (RFC 2132 §9.6 and RFC 4388); 0 for BOOTP without option 53.</summary>
public enum DhcpMessageType : byte
{
    /// <summary>No option 53.</summary>
    Bootp = 0,
    /// <summary>DHCPDISCOVER.</summary>
    Discover = 1,
    /// <summary>DHCPOFFER.</summary>
    Offer = 2,
    /// <summary>DHCPREQUEST.</summary>
    Request = 3,
    /// <summary>DHCPDECLINE.</summary>
    Decline = 4,
    /// <summary>DHCPACK.</summary>
    Ack = 5,
    /// <summary>DHCPNAK.</summary>
    Nak = 6,
    /// <summary>DHCPRELEASE.</summary>
    Release = 7,
    /// <summary>DHCPINFORM.</summary>
    Inform = 8,
}

/// <summary>One DHCPv4 or BOOTP message, either direction.</summary>
public sealed class DhcpObservation : Observation
{
    private readonly (ulong High, ulong Low) _hardwareAddress;

    /// <inheritdoc />
    public override string Protocol => "dhcp";

    /// <inheritdoc />
    public override string Event => MessageType switch
    {
        DhcpMessageType.Bootp => Op == 2 ? "bootp_reply" : "bootp_request",
        <= DhcpMessageType.Inform => MessageType.ToString().ToLowerInvariant(),
        _ => $"type_{(int)MessageType}",
    };

    /// <summary>1 = BOOTREQUEST, 2 = BOOTREPLY.</summary>
    public required byte Op { get; init; }

    /// <summary>Option 53, the first one when repeated; values over 8 are kept as numbers.</summary>
    public required DhcpMessageType MessageType { get; init; }

    /// <summary><c>hlen</c> as sent, even when it is not 6.</summary>
    public byte HardwareLength { get; init; }

    /// <summary><c>chaddr[0..min(hlen,16))</c>.</summary>
    public byte[] ClientHardwareAddress
    {
        get
        {
            var address = new byte[Math.Min(HardwareLength, (byte)16)];
            Span<byte> room = stackalloc byte[16];
            BinaryPrimitives.WriteUInt64BigEndian(room, _hardwareAddress.High);
            BinaryPrimitives.WriteUInt64BigEndian(room[8..], _hardwareAddress.Low);
            room[..address.Length].CopyTo(address);
            return address;
        }
    }

    /// <summary>The whole room of the client hardware address, 16 bytes: two words instead of an array for every message.</summary>
    public ReadOnlySpan<byte> HardwareAddressRoom
    {
        init => _hardwareAddress = (BinaryPrimitives.ReadUInt64BigEndian(value), BinaryPrimitives.ReadUInt64BigEndian(value[8..]));
    }

    /// <summary>Everything of the message that repeats between messages of one client; shared between observations.</summary>
    public required DhcpOptions Options { get; init; }

    /// <summary>Transaction id.</summary>
    public uint TransactionId { get; init; }

    /// <summary>Option 50.</summary>
    public NetworkAddress RequestedAddress { get; init; }

    /// <summary>Relay agent address.</summary>
    public NetworkAddress RelayAddress { get; init; }

    /// <summary>Address that the client already has.</summary>
    public NetworkAddress ClientAddress { get; init; }

    /// <summary>Address that the server gives.</summary>
    public NetworkAddress YourAddress { get; init; }

    /// <summary>
    /// True when the message carries a client fingerprint: op 1 and DISCOVER, REQUEST or INFORM, with an option 55 of at most 255
    /// codes (what one option can hold; longer lists are only made to fill memory).
    /// </summary>
    public bool IsFingerprint =>
        Op == 1 && MessageType is DhcpMessageType.Discover or DhcpMessageType.Request or DhcpMessageType.Inform
        && Options.ParameterRequestList is { Length: > 0 and <= 255 };
}
