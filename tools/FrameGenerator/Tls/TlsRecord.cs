using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>Wraps bytes in TLS records (RFC 8446 §5.1).</summary>
internal static class TlsRecord
{
    public const int ChangeCipherSpec = 20;
    public const int Alert = 21;
    public const int Handshake = 22;
    public const int ApplicationData = 23;

    /// <summary>One record.</summary>
    public static byte[] Of(int type, byte[] fragment, int version = 0x0303) =>
        new WireBuffer().U8(type).U16(version).Vector16(fragment).ToArray();

    /// <summary>A handshake message, cut into records at the given offsets.</summary>
    public static byte[] Split(byte[] message, params int[] offsets)
    {
        var wire = new WireBuffer();
        var from = 0;
        foreach (var to in (int[])[.. offsets, message.Length])
        {
            wire.Bytes(Of(Handshake, message[from..to], 0x0301));
            from = to;
        }
        return wire.ToArray();
    }
}
