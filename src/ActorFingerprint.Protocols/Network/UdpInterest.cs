using System.Buffers.Binary;
using ActorFingerprint.Protocols.Quic;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Decides by ports, and else by the first bytes, which stage wants a UDP datagram. The ports are looked up in one table of 64 KiB; a
/// datagram between two unlisted ports is looked at for QUIC and DTLS only.
/// </summary>
internal sealed class UdpInterest
{
    private const int QuicMinimumLength = 7;
    private const int DtlsMinimumLength = 13 + 12;
    private const byte LongHeader = 0x80;
    private const byte DtlsHandshake = 22;

    private readonly Interest[] _ports = new Interest[65536];
    private readonly bool _isQuicWanted;
    private readonly bool _isDtlsWanted;
    private readonly bool _isSsdpWanted;

    public UdpInterest(ProtocolSet wanted)
    {
        _isQuicWanted = wanted.HasFlag(ProtocolSet.Quic);
        _isDtlsWanted = wanted.HasFlag(ProtocolSet.Dtls);
        _isSsdpWanted = wanted.HasFlag(ProtocolSet.Ssdp);
        if (wanted.HasFlag(ProtocolSet.Dhcp)) (_ports[67], _ports[68]) = (Interest.Dhcp, Interest.Dhcp);
        if (wanted.HasFlag(ProtocolSet.Dhcpv6)) (_ports[546], _ports[547]) = (Interest.Dhcpv6, Interest.Dhcpv6);
        if (wanted.HasFlag(ProtocolSet.Mdns)) _ports[5353] = Interest.Mdns;
        if (wanted.HasFlag(ProtocolSet.Names)) (_ports[137], _ports[138], _ports[5355]) = (Interest.Names, Interest.Names, Interest.Names);
        if (wanted.HasFlag(ProtocolSet.Ntp)) _ports[123] = Interest.Ntp;
        if (_isSsdpWanted) _ports[1900] = Interest.Ssdp;
    }

    /// <summary>The stage that wants the datagram, or none.</summary>
    public Interest Of(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var listed = _ports[header.DestinationPort];
        if (listed == Interest.None) listed = _ports[header.SourcePort];
        return listed switch
        {
            Interest.None => OfContent(payload),
            Interest.Dhcp => header.Source.IsV4 ? Interest.Dhcp : Interest.None,
            Interest.Dhcpv6 => header.Source.IsV6 ? Interest.Dhcpv6 : Interest.None,
            _ => listed,
        };
    }

    private Interest OfContent(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < QuicMinimumLength) return Interest.None;
        var first = payload[0];
        if ((first & LongHeader) != 0) return _isQuicWanted && InitialStart.MayHold(payload) ? Interest.Quic : Interest.None;
        if (first == DtlsHandshake) return _isDtlsWanted && IsDtls(payload) ? Interest.Dtls : Interest.None;
        return first is (byte)'H' && _isSsdpWanted && payload.StartsWith("HTTP/1."u8) ? Interest.Ssdp : Interest.None;
    }

    /// <summary>A handshake record of DTLS 1.0 to 1.3 (RFC 6347 §4.1), or of the version before the standard (0x0100).</summary>
    private static bool IsDtls(ReadOnlySpan<byte> payload) =>
        payload.Length >= DtlsMinimumLength
        && BinaryPrimitives.ReadUInt16BigEndian(payload[1..]) is 0xFEFF or 0xFEFD or 0xFEFC or 0x0100 or 0xFEFE;
}
