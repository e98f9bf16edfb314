using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>Reads a CDP packet: version, time to live, checksum (not verified), triples. The first triple of a kind counts.</summary>
internal static class CdpReader
{
    /// <summary>Addresses that are kept.</summary>
    public const int MaxAddresses = 8;

    private const int HeaderLength = 4;

    /// <summary>Null for a packet that is shorter than its header or of an unknown version.</summary>
    public static CdpPacket? TryRead(ReadOnlySpan<byte> bytes, out bool isFaulty)
    {
        isFaulty = true;
        if (bytes is not [1 or 2, ..] || bytes.Length < HeaderLength) return null;
        var addresses = new List<NetworkAddress>();
        var packet = new CdpPacket { Version = bytes[0], TimeToLive = bytes[1], Addresses = addresses };
        var reader = new CdpTlvReader(bytes[HeaderLength..]);
        while (reader.TryRead(out var type, out var value))
        {
            if (type is CdpTlv.Addresses or CdpTlv.ManagementAddresses) CdpAddresses.Read(value, addresses, MaxAddresses);
            else packet = With(packet, type, value);
        }
        isFaulty = reader.IsFaulty;
        return packet;
    }

    private static CdpPacket With(CdpPacket packet, int type, ReadOnlySpan<byte> value) => type switch
    {
        CdpTlv.DeviceId when packet.DeviceId is null => packet with { DeviceId = Text(value) },
        CdpTlv.PortId when packet.PortId is null => packet with { PortId = Text(value) },
        CdpTlv.Capabilities when packet.Capabilities is null => packet with { Capabilities = CdpCapabilities.Of(value) },
        CdpTlv.Software when packet.Software is null => packet with { Software = Text(value) },
        CdpTlv.Platform when packet.Platform is null => packet with { Platform = Text(value) },
        CdpTlv.NativeVlan when packet.NativeVlan is null && value.Length >= 2 =>
            packet with { NativeVlan = BinaryPrimitives.ReadUInt16BigEndian(value) },
        _ => packet,
    };

    private static string? Text(ReadOnlySpan<byte> value) =>
        value.TrimEnd((byte)0) is { IsEmpty: false } text ? BoundedText.Escape(text) : null;
}
