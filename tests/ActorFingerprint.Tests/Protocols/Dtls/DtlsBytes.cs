using ActorFingerprint.Tests.Protocols.Tls;

namespace ActorFingerprint.Tests.Protocols.Dtls;

/// <summary>DTLS messages made by code.</summary>
internal static class DtlsBytes
{
    public const ushort Version12 = 0xFEFD;

    /// <summary>Body of a ClientHello with a cookie, groups, signature algorithms and as much padding as asked.</summary>
    public static byte[] ClientHello(
        byte[]? cookie = null, int padding = 0, byte seed = 1, ushort version = Version12, ushort[]? versions = null)
    {
        byte[] extensions =
        [
            .. TlsBytes.Extension(10, TlsBytes.Vector16(TlsBytes.U16(29, 23))),
            .. TlsBytes.Extension(13, TlsBytes.Vector16(TlsBytes.U16(0x0403, 0x0804))),
            .. versions is null ? [] : TlsBytes.Extension(43, [(byte)(versions.Length * 2), .. TlsBytes.U16(versions)]),
            .. padding == 0 ? [] : TlsBytes.Extension(21, new byte[padding]),
        ];
        return
        [
            .. TlsBytes.U16(version), .. Enumerable.Repeat(seed, 32), 0, (byte)(cookie?.Length ?? 0), .. cookie ?? [],
            .. TlsBytes.Vector16(TlsBytes.U16(0xC02B, 0xC02F)), 1, 0, .. TlsBytes.Vector16(extensions),
        ];
    }

    /// <summary>Body of a ServerHello of DTLS 1.2.</summary>
    public static byte[] ServerHello(byte seed = 1) =>
        [.. TlsBytes.U16(Version12), .. Enumerable.Repeat(seed, 32), 0, .. TlsBytes.U16(0xC02B), 0];

    /// <summary>A part of a handshake message with its header.</summary>
    public static byte[] Fragment(byte type, byte[] body, ushort number, int offset, int length) =>
    [
        type, .. U24(body.Length), .. TlsBytes.U16(number), .. U24(offset), .. U24(length),
        .. body.AsSpan(offset, length),
    ];

    /// <summary>A record.</summary>
    public static byte[] Record(byte[] content, byte type = 22, ushort version = Version12, ushort epoch = 0) =>
        [type, .. TlsBytes.U16(version), .. TlsBytes.U16(epoch), 0, 0, 0, 0, 0, 1, .. TlsBytes.Vector16(content)];

    /// <summary>A whole message in a record of its own.</summary>
    public static byte[] Whole(byte type, byte[] body, ushort number = 0, ushort version = Version12, ushort epoch = 0) =>
        Record(Fragment(type, body, number, 0, body.Length), version: version, epoch: epoch);

    /// <summary>One part of a message in a record of its own.</summary>
    public static byte[] Part(byte[] body, int offset, int length, ushort number = 0, byte type = 1) =>
        Record(Fragment(type, body, number, offset, length));

    private static byte[] U24(int value) => [(byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
