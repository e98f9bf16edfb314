using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Tunnels;

/// <summary>
/// Reads the CAPWAP transport header of the data channel (RFC 5415 §4.3): 802.11 or 802.3 frames between access points and their
/// controller. DTLS-protected channels stay ordinary datagrams; fragments are counted and not put together.
/// </summary>
internal static class CapwapReader
{
    private const int MinimumLength = 8;
    private const int BindingIeee80211 = 1;

    public static bool TryEnter(ref WalkCursor cursor, ref PacketHeader header, out Layer layer)
    {
        layer = Layer.Done;
        var rest = cursor.Rest;
        if (rest.Length < MinimumLength || rest[0] != 0) return false;
        var fields = rest[1] << 16 | rest[2] << 8 | rest[3];
        var length = (fields >> 19) * 4;
        var binding = fields >> 9 & 31;
        var isNative = (fields & 0x100) != 0;
        var isFragment = (fields & 0x080) != 0;
        var isKeepAlive = (fields & 0x008) != 0;
        if (isKeepAlive || length < MinimumLength || length > rest.Length || (isNative && binding != BindingIeee80211)) return false;
        if (isFragment)
        {
            cursor.Stop(WalkOutcome.CapwapFragment);
            return true;
        }
        cursor.Advance(length);
        layer = cursor.EnterTunnel(isNative ? Layer.SwappedIeee80211 : Layer.Ethernet, ref header);
        return true;
    }
}
