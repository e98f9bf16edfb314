using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Tunnels;

/// <summary>Steps over an MPLS label stack (RFC 3032 §2.1). The first nibble behind it tells IP from a pseudowire (RFC 4385 §3).</summary>
internal static class MplsReader
{
    private const int LabelLength = 4;
    private const int ControlWordLength = 4;

    public static Layer Read(ref WalkCursor cursor)
    {
        bool isBottom;
        do
        {
            if (cursor.Rest.Length <= LabelLength) return cursor.Fail(Malformed.LinkHeaderTruncated);
            isBottom = (cursor.Rest[2] & 1) != 0;
            cursor.Advance(LabelLength);
        }
        while (!isBottom);

        switch (cursor.Rest[0] >> 4)
        {
            case 4:
                return Layer.Ipv4;
            case 6:
                return Layer.Ipv6;
            case 1:
                return cursor.Stop(WalkOutcome.NotIp, Link.EtherType.Mpls);
            case 0 when cursor.Rest.Length >= ControlWordLength:
                cursor.Advance(ControlWordLength);
                return Layer.Ethernet;
            default:
                return Layer.Ethernet;
        }
    }
}
