using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Names;

/// <summary>Reads a NetBIOS datagram with its names (RFC 1002 §4.4.2) and the browser message in it. Never throws.</summary>
internal static class NetbiosDatagramReader
{
    private const byte DirectUnique = 0x10;
    private const byte Broadcast = 0x12;
    private const byte FirstErrorOrQuery = 0x13;
    private const byte LastErrorOrQuery = 0x16;
    private const int SourceAddressAt = 4;
    private const int PacketOffsetAt = 12;
    private const int NamesAt = 14;

    /// <summary>True for the types that carry no data of a host: error, query request and its answers (RFC 1002 §4.4.3, §4.4.4).</summary>
    public static bool IsControl(ReadOnlySpan<byte> payload) => payload is [>= FirstErrorOrQuery and <= LastErrorOrQuery, ..];

    /// <summary>False when the names are cut or not encoded as they must be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out NetbiosDatagram datagram)
    {
        datagram = null!;
        if (payload.Length < NamesAt || payload[0] is < DirectUnique or > Broadcast) return false;
        var offset = NamesAt;
        if (!NetbiosNameReader.TryRead(payload, ref offset, out var source)) return false;
        if (!NetbiosNameReader.TryRead(payload, ref offset, out var destination)) return false;
        var isFirst = BinaryPrimitives.ReadUInt16BigEndian(payload[PacketOffsetAt..]) == 0;
        datagram = new NetbiosDatagram
        {
            Source = source,
            SourceAddress = NetworkAddress.ReadV4(payload[SourceAddressAt..]),
            Destination = destination,
            Browser = isFirst && BrowserReader.TryRead(payload[offset..], out var browser) ? browser : null,
        };
        return true;
    }
}
