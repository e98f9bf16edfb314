using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Quic;

/// <summary>
/// Long-header packets (RFC 9000 §17.2), Initial packets protected as RFC 9001 §5 says. Kept apart from the product's code on purpose, and
/// built on the platform's cryptography: the tests compare the two.
/// </summary>
/// <param name="dialect">Version, salt and labels.</param>
internal sealed class QuicPackets(QuicDialect dialect)
{
    private const int TagLength = 16;
    private const int NumberLength = 2;

    /// <summary>Version number in the headers; another one than the dialect's makes a version that readers must guess.</summary>
    public uint Version { get; init; } = dialect.Version;

    /// <summary>The second bit of the first byte, which clients may send as 0 (RFC 9287).</summary>
    public bool FixedBit { get; init; } = true;

    /// <summary>An Initial packet, padded so that it is at least <paramref name="size"/> bytes long.</summary>
    /// <param name="keyId">The Destination Connection ID of the client's first packet.</param>
    /// <param name="fromClient">Direction.</param>
    /// <param name="destination">Destination Connection ID of this packet.</param>
    /// <param name="source">Source Connection ID.</param>
    /// <param name="frames">The payload.</param>
    /// <param name="number">Packet number.</param>
    /// <param name="token">Token of the client.</param>
    /// <param name="size">Least length.</param>
    public byte[] Initial(byte[] keyId, bool fromClient, byte[] destination, byte[] source, byte[] frames, int number = 0,
        byte[]? token = null, int size = 0)
    {
        token ??= [];
        var head = Head(dialect.InitialType, NumberLength - 1, destination, source)
            .Bytes(QuicFrames.Varint((ulong)token.Length)).Bytes(token);
        var least = size - head.Length - 2 - NumberLength - TagLength;
        byte[] text = [.. frames, .. QuicFrames.Padding(Math.Max(0, Math.Max(least, 4) - frames.Length))];
        head.Bytes(QuicFrames.Varint((ulong)(NumberLength + text.Length + TagLength), 2));
        var numberOffset = head.Length;
        var header = head.U16(number).ToArray();

        var secret = Secret(keyId, fromClient);
        var nonce = ExpandLabel(secret, dialect.Labels + " iv", 12);
        nonce[^1] ^= (byte)number;
        nonce[^2] ^= (byte)(number >> 8);
        byte[] packet = [.. header, .. text, .. new byte[TagLength]];
        using (var cipher = new AesGcm(ExpandLabel(secret, dialect.Labels + " key", 16), TagLength))
            cipher.Encrypt(nonce, text, packet.AsSpan(header.Length, text.Length), packet.AsSpan(^TagLength..), header);

        using var block = Aes.Create();
        block.SetKey(ExpandLabel(secret, dialect.Labels + " hp", 16));
        var mask = block.EncryptEcb(packet.AsSpan(numberOffset + 4, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x0F);
        for (var i = 0; i < NumberLength; i++) packet[numberOffset + i] ^= mask[1 + i];
        return packet;
    }

    /// <summary>A 0-RTT packet; what it holds cannot be read.</summary>
    public byte[] ZeroRtt(byte[] destination, byte[] source, byte[] body) => Protected(dialect.InitialType + 1, destination, source, body);

    /// <summary>A Handshake packet; what it holds cannot be read.</summary>
    public byte[] Handshake(byte[] destination, byte[] source, byte[] body) =>
        Protected(dialect.InitialType + 2, destination, source, body);

    /// <summary>A Retry packet, its integrity tag random.</summary>
    public byte[] Retry(byte[] destination, byte[] source, byte[] token, byte[] tag) =>
        Head(dialect.InitialType + 3, 0, destination, source).Bytes(token).Bytes(tag).ToArray();

    /// <summary>A Version Negotiation packet (§17.2.1).</summary>
    public static byte[] VersionNegotiation(byte[] destination, byte[] source, params uint[] versions)
    {
        var packet = new WireBuffer().U8(0xC0).U32(0).Vector8(destination).Vector8(source);
        foreach (var version in versions) packet.U32(version);
        return packet.ToArray();
    }

    private byte[] Protected(int type, byte[] destination, byte[] source, byte[] body) =>
        Head(type, 0, destination, source).Bytes(QuicFrames.Varint((ulong)body.Length)).Bytes(body).ToArray();

    private WireBuffer Head(int type, int low, byte[] destination, byte[] source) =>
        new WireBuffer().U8(0x80 | (FixedBit ? 0x40 : 0) | (type & 3) << 4 | low).U32(Version).Vector8(destination).Vector8(source);

    private byte[] Secret(byte[] keyId, bool fromClient)
    {
        var initial = HKDF.Extract(HashAlgorithmName.SHA256, keyId, Convert.FromHexString(dialect.Salt));
        return ExpandLabel(initial, fromClient ? "client in" : "server in", 32);
    }

    private static byte[] ExpandLabel(byte[] secret, string label, int length)
    {
        var name = Encoding.ASCII.GetBytes("tls13 " + label);
        var info = new WireBuffer().U16(length).Vector8(name).U8(0).ToArray();
        return HKDF.Expand(HashAlgorithmName.SHA256, secret, length, info);
    }
}
