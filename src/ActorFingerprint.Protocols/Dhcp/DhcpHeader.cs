using System.Buffers.Binary;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Dhcp;

/// <summary>The fixed fields of a BOOTP or DHCPv4 message (RFC 2131 §2), a view at their offsets.</summary>
/// <param name="message">The UDP payload: at least <see cref="Length"/> bytes.</param>
public readonly ref struct DhcpHeader(ReadOnlySpan<byte> message)
{
    /// <summary>Bytes of the fixed fields; the cookie follows.</summary>
    public const int Length = 236;

    /// <summary>Room for the client hardware address, bytes.</summary>
    public const int ClientHardwareRoom = 16;

    /// <summary>Where sname, the first of the two fields that options may overload, begins.</summary>
    public const int ServerNameOffset = 44;

    /// <summary>Where file begins.</summary>
    public const int FileOffset = 108;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>1 = BOOTREQUEST, 2 = BOOTREPLY.</summary>
    public byte Op => _message[0];

    /// <summary>Hardware type (IANA ARP parameters): 1 = Ethernet, 32 = InfiniBand.</summary>
    public byte HardwareType => _message[1];

    /// <summary>Length of the hardware address as sent; may exceed 16.</summary>
    public byte HardwareLength => _message[2];

    /// <summary>Transaction id.</summary>
    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>Address that the client already has.</summary>
    public NetworkAddress ClientAddress => NetworkAddress.ReadV4(_message[12..]);

    /// <summary>Address that the server gives.</summary>
    public NetworkAddress YourAddress => NetworkAddress.ReadV4(_message[16..]);

    /// <summary>Relay agent.</summary>
    public NetworkAddress RelayAddress => NetworkAddress.ReadV4(_message[24..]);

    /// <summary>Hardware address: <see cref="HardwareLength"/> bytes, at most 16.</summary>
    public ReadOnlySpan<byte> ClientHardwareAddress => _message.Slice(28, Math.Min(HardwareLength, (byte)ClientHardwareRoom));

    /// <summary>The room for it, <see cref="ClientHardwareRoom"/> bytes.</summary>
    public ReadOnlySpan<byte> HardwareAddressRoom => _message.Slice(28, ClientHardwareRoom);
}
