using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Arp;

/// <summary>An ARP packet (RFC 826), a view: addresses may have any length.</summary>
public readonly ref struct ArpPacket
{
    private const int FixedLength = 8;
    private const int MacLength = 6;
    private const int Ipv4Length = 4;
    private const ushort Ethernet = 1;
    private const ushort Ieee802 = 6;
    private const ushort Ipv4 = 0x0800;
    private const int Request = 1;
    private const int Reply = 2;

    private readonly ReadOnlySpan<byte> _packet;

    private ArpPacket(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>False when the packet is shorter than the lengths in it say. What follows it is link padding.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < FixedLength || bytes.Length < FixedLength + 2 * (bytes[4] + bytes[5])) return false;
        packet = new ArpPacket(bytes);
        return true;
    }

    /// <summary>1 request, 2 reply, 8 and 9 inverse (RFC 2390).</summary>
    public int Operation => BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]);

    /// <summary>Sender's hardware address; none when it is not of Ethernet or IEEE 802.</summary>
    public MacAddress SenderMac => IsMac ? MacAddress.Read(_packet[FixedLength..]) : MacAddress.None;

    /// <summary>Sender's address; none when it is not of IPv4.</summary>
    public NetworkAddress SenderAddress => IsIpv4 ? NetworkAddress.ReadV4(_packet[(FixedLength + HardwareLength)..]) : default;

    /// <summary>Target's hardware address, likewise.</summary>
    public MacAddress TargetMac => IsMac ? MacAddress.Read(_packet[(FixedLength + HardwareLength + ProtocolLength)..]) : MacAddress.None;

    /// <summary>Target's address, likewise.</summary>
    public NetworkAddress TargetAddress =>
        IsIpv4 ? NetworkAddress.ReadV4(_packet[(FixedLength + 2 * HardwareLength + ProtocolLength)..]) : default;

    /// <summary>What the packet is for, of IPv4.</summary>
    public ArpKind Kind => Operation switch
    {
        Request when SenderAddress.IsUnspecified => ArpKind.Probe,
        Request when SenderAddress == TargetAddress => ArpKind.Announcement,
        Request => ArpKind.Request,
        Reply when SenderAddress == TargetAddress => ArpKind.Gratuitous,
        Reply => ArpKind.Reply,
        _ => ArpKind.Other,
    };

    private bool IsMac => BinaryPrimitives.ReadUInt16BigEndian(_packet) is Ethernet or Ieee802 && HardwareLength == MacLength;

    private bool IsIpv4 => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]) == Ipv4 && ProtocolLength == Ipv4Length;

    private int HardwareLength => _packet[4];

    private int ProtocolLength => _packet[5];
}
