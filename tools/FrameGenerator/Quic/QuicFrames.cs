using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Quic;

/// <summary>The frames of Initial packets (RFC 9000 §19) and the variable-length integers in them (§16).</summary>
internal static class QuicFrames
{
    public static byte[] Padding(int count) => new byte[count];

    public static byte[] Ping => [0x01];

    /// <summary>Acknowledges packet 0 and <paramref name="ranges"/> earlier ranges; with counts of ECN marks on request.</summary>
    public static byte[] Ack(int ranges = 0, bool withEcn = false) =>
    [
        (byte)(withEcn ? 3 : 2), .. Varint(0), .. Varint(25), .. Varint((ulong)ranges), .. Varint(0),
        .. Enumerable.Range(0, ranges).SelectMany(_ => (byte[])[.. Varint(1), .. Varint(2)]),
        .. withEcn ? [.. Varint(1), .. Varint(0), .. Varint(300)] : Array.Empty<byte>(),
    ];

    /// <summary>A piece of the handshake.</summary>
    public static byte[] Crypto(int offset, ReadOnlySpan<byte> data, int type = 0x06) =>
        [.. Varint((ulong)type), .. Varint((ulong)offset), .. Varint((ulong)data.Length), .. data];

    public static byte[] Close(string reason) =>
        [0x1C, .. Varint(0x0A), .. Varint(6), .. Varint((ulong)reason.Length), .. System.Text.Encoding.ASCII.GetBytes(reason)];

    /// <summary>An integer in its shortest form, or in <paramref name="length"/> bytes.</summary>
    public static byte[] Varint(ulong value, int length = 0)
    {
        if (length == 0) length = value switch { < 1 << 6 => 1, < 1 << 14 => 2, < 1 << 30 => 4, _ => 8 };
        var bytes = new byte[length];
        for (var i = length - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
        bytes[0] |= (byte)(int.Log2(length) << 6);
        return bytes;
    }

    /// <summary>One transport parameter (RFC 9000 §18).</summary>
    public static byte[] Parameter(ulong id, ReadOnlySpan<byte> value) => [.. Varint(id), .. Varint((ulong)value.Length), .. value];

    /// <summary>A transport parameter that holds an integer.</summary>
    public static byte[] Parameter(ulong id, ulong value) => Parameter(id, Varint(value));
}
