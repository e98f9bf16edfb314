using System.Buffers.Binary;
using System.Text;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>TLS messages made by code.</summary>
internal static class TlsBytes
{
    /// <summary>A ClientHello handshake message with SNI, groups, signature algorithms, ALPN and as much padding as asked.</summary>
    public static byte[] ClientHello(string name = "host.example", int padding = 0, byte seed = 1, params (ushort Type, byte[] Content)[] more)
    {
        var extensions = new List<(ushort, byte[])>
        {
            (0, Vector16([0, .. Vector16(Encoding.ASCII.GetBytes(name))])),
            (10, Vector16(U16(0x0A0A, 29, 23))),
            (11, [1, 0]),
            (13, Vector16(U16(0x0403, 0x0804))),
            (16, Vector16([2, .. "h2"u8, 8, .. "http/1.1"u8])),
            (43, [6, .. U16(0x1A1A, 0x0304, 0x0303)]),
        };
        extensions.AddRange(more);
        if (padding > 0) extensions.Add((21, new byte[padding]));
        return ClientHello(0x0303, U16(0x2A2A, 0x1301, 0xC02F), [.. extensions.SelectMany(e => Extension(e.Item1, e.Item2))], seed);
    }

    /// <summary>A ClientHello of given parts; <paramref name="extensions"/> null leaves the block out.</summary>
    public static byte[] ClientHello(ushort version, byte[] ciphers, byte[]? extensions, byte seed = 1) => Message(1,
    [
        .. U16(version), .. Enumerable.Repeat(seed, 32), 32, .. Enumerable.Repeat((byte)(seed + 1), 32),
        .. Vector16(ciphers), 1, 0, .. extensions is null ? [] : Vector16(extensions),
    ]);

    /// <summary>A ServerHello of TLS 1.3, or a HelloRetryRequest.</summary>
    public static byte[] ServerHello(byte seed = 1, bool isRetry = false) => Message(2,
    [
        .. U16(0x0303), .. isRetry ? RetryRandom : [.. Enumerable.Repeat(seed, 32)], 0, .. U16(0x1301), 0,
        .. Vector16([.. Extension(51, [0, 29]), .. Extension(43, U16(0x0304))]),
    ]);

    public static byte[] Message(byte type, byte[] body) => [type, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];

    /// <summary>Handshake bytes in records of at most <paramref name="size"/> bytes.</summary>
    public static byte[] Records(byte[] message, int size = 16384) =>
        [.. message.Chunk(size).SelectMany(part => (byte[])[22, 3, 1, .. U16((ushort)part.Length), .. part])];

    public static byte[] ChangeCipherSpec => [20, 3, 3, 0, 1, 1];

    public static byte[] Extension(ushort type, byte[] content) => [.. U16(type), .. Vector16(content)];

    public static byte[] Vector16(byte[] content) => [.. U16((ushort)content.Length), .. content];

    public static byte[] U16(params ushort[] values)
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 2), values[i]);
        return bytes;
    }

    private static byte[] RetryRandom => Convert.FromHexString("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
}
