using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// Recognises datagrams that may hold an Initial packet by their first bytes: what is not of interest costs no copy. Media streams (RTP)
/// share the first bit, and Handshake packets come first in a datagram only behind the Initial ones.
/// </summary>
internal static class InitialStart
{
    private const byte FixedBit = 0x40;
    private const int TypeShift = 4;
    private const int ZeroRtt = 1;
    private const int ConnectionIdOffset = 5;

    /// <summary>
    /// Datagrams with a client's Initial packet are at least so long (RFC 9000 §14.1), and so are a server's with a hello.
    /// </summary>
    private const int UsualLength = 1200;

    /// <summary>True when an Initial packet may be inside.</summary>
    /// <param name="datagram">Begins with a long header; at least 6 bytes.</param>
    public static bool MayHold(ReadOnlySpan<byte> datagram)
    {
        var number = BinaryPrimitives.ReadUInt32BigEndian(datagram[1..]);
        var type = datagram[0] >> TypeShift & 3;
        if (QuicVersion.Find(number) is { } version) return (type - version.InitialTypeBits & 3) <= ZeroRtt;
        return datagram.Length >= UsualLength && (datagram[0] & FixedBit) != 0 && type <= ZeroRtt
            && datagram[ConnectionIdOffset] <= QuicPacketReader.MaxConnectionId && !QuicVersion.IsUnreadable(number);
    }
}
