using System.Buffers.Binary;
using ActorFingerprint.Protocols.Link;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Tunnels;

/// <summary>
/// Reads GRE version 0 (RFC 2784, RFC 2890) with IP, bridged Ethernet, and ERSPAN types I to III inside. Source routing and version 1 are
/// not followed.
/// </summary>
internal static class GreReader
{
    private const int HasChecksum = 0x8000;
    private const int HasRouting = 0x4000;
    private const int HasKey = 0x2000;
    private const int HasSequence = 0x1000;
    private const int Version = 0x0007;
    private const int ErspanIiLength = 8;
    private const int ErspanIiiLength = 12;
    private const int ErspanPlatformLength = 8;

    public static Layer Read(ref WalkCursor cursor, ref PacketHeader header)
    {
        var rest = cursor.Rest;
        if (rest.Length < 4) return cursor.Fail(Malformed.TransportHeader);
        var flags = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if ((flags & (HasRouting | Version)) != 0) return cursor.Stop(WalkOutcome.OtherIpProtocol, IpProtocol.Gre);
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        var length = 4 + ((flags & HasChecksum) != 0 ? 4 : 0) + ((flags & HasKey) != 0 ? 4 : 0) + ((flags & HasSequence) != 0 ? 4 : 0);
        if (rest.Length < length) return cursor.Fail(Malformed.TransportHeader);
        cursor.Advance(length);
        return protocol switch
        {
            EtherType.Erspan => EnterMirror(ref cursor, ref header, (flags & HasSequence) != 0 ? ErspanIiLength : 0),
            <= EtherType.LargestLength => cursor.Stop(WalkOutcome.NotIp, protocol), // a keepalive, or nothing known: there are no lengths here
            EtherType.ErspanIii => EnterMirror(ref cursor, ref header, ErspanIiiLengthOf(cursor.Rest)),
            _ => cursor.EnterTunnel(Layer.EtherType, ref header, protocol),
        };
    }

    /// <summary>The last bit of the type III header says whether a platform-specific subheader follows.</summary>
    private static int ErspanIiiLengthOf(ReadOnlySpan<byte> rest) =>
        rest.Length >= ErspanIiiLength && (rest[ErspanIiiLength - 1] & 1) != 0 ? ErspanIiiLength + ErspanPlatformLength : ErspanIiiLength;

    private static Layer EnterMirror(ref WalkCursor cursor, ref PacketHeader header, int length)
    {
        if (cursor.Rest.Length < length) return cursor.Fail(Malformed.TransportHeader);
        cursor.Advance(length);
        return cursor.EnterTunnel(Layer.Ethernet, ref header);
    }
}
