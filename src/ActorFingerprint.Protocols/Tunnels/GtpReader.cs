using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Tunnels;

/// <summary>
/// Reads the GTP-U header of user packets (3GPP TS 29.281 §5): version 1, message type 255, extension headers stepped over.
/// </summary>
internal static class GtpReader
{
    private const int UserPacket = 255;

    public static bool TryEnter(ref WalkCursor cursor, ref PacketHeader header, out Layer layer)
    {
        layer = Layer.Done;
        if (!TryMeasure(cursor.Rest, out var length)) return false;
        cursor.Advance(length);
        layer = cursor.EnterTunnel(Layer.Ip, ref header);
        return true;
    }

    /// <summary>Length of all headers, when an IP header follows them.</summary>
    private static bool TryMeasure(ReadOnlySpan<byte> rest, out int length)
    {
        length = 8;
        if (rest.Length < 12 || rest[0] >> 4 != 3 || rest[1] != UserPacket) return false;
        if ((rest[0] & 7) != 0)
        {
            length = 12;
            for (var next = (rest[0] & 4) != 0 ? rest[11] : 0; next != 0;)
            {
                if (length >= rest.Length || rest[length] == 0) return false;
                length += rest[length] * 4;
                if (length > rest.Length) return false;
                next = rest[length - 1];
            }
        }
        return length < rest.Length && rest[length] >> 4 is 4 or 6;
    }
}
