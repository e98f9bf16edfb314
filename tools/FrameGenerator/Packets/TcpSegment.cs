namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>TCP control bits (RFC 9293 §3.1).</summary>
[Flags]
internal enum TcpFlags
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
}

/// <summary>Builds TCP segments (RFC 9293).</summary>
internal static class TcpSegment
{
    /// <summary>MSS 1460, SACK permitted, window scale 7: what a SYN carries here.</summary>
    private static readonly byte[] SynOptions = [2, 4, 0x05, 0xB4, 1, 1, 4, 2, 1, 3, 3, 7];

    public static byte[] Build(
        IpRoute route, int sourcePort, int destinationPort, uint sequence, uint acknowledgement, TcpFlags flags, ReadOnlySpan<byte> payload)
    {
        var options = flags.HasFlag(TcpFlags.Syn) ? SynOptions : [];
        var segment = new WireBuffer().U16(sourcePort).U16(destinationPort).U32(sequence).U32(acknowledgement)
            .U8((20 + options.Length) / 4 << 4).U8((int)flags).U16(64240).U16(0).U16(0).Bytes(options).Bytes(payload);
        segment.PatchU16(16, InternetChecksum.Of(IpPacket.PseudoHeader(route, IpPacket.Tcp, segment.Length), segment.ToArray()));
        return segment.ToArray();
    }
}
