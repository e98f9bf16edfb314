using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Quic.Crypto;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>Key derivation and the ciphers against published values and against the platform.</summary>
public sealed class InitialKeysSpecs
{
    private static readonly byte[] ConnectionId = Convert.FromHexString("8394c8f03e515708");

    /// <summary>Version, then the client's key, iv and header protection key (RFC 9001 §A.1, RFC 9369 §A.1, and computed apart).</summary>
    public static TheoryData<uint, string, string, string> ClientKeys => new()
    {
        { 0x00000001, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2" },
        { 0x6b3343cf, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9" },
        { 0xff00001d, "175257a31eb09dea9366d8bb79ad80ba", "6b26114b9cba2b63a9e8dd4f", "9ddd12c994c0698b89374a9c077a3077" },
    };

    [Theory]
    [MemberData(nameof(ClientKeys))]
    public void Client_keys_are_the_published_ones(uint version, string key, string iv, string headerProtection)
    {
        var keys = new InitialSecret(QuicVersion.Find(version)!, ConnectionId).ClientKeys;
        Assert.Equal((key, iv + "00000000", headerProtection), (Hex(keys.Key), Hex(keys.Iv), Hex(keys.HeaderProtection)));
    }

    [Fact]
    public void Server_keys_are_the_published_ones()
    {
        var keys = new InitialSecret(QuicVersion.V1, ConnectionId).ServerKeys; // RFC 9001 §A.1
        Assert.Equal("cf3a5331653c364c88f0f379b6067e37", Hex(keys.Key));
        Assert.Equal("0ac1493ca1905853b0bba03e00000000", Hex(keys.Iv));
        Assert.Equal("c206b8d9b9f0f37644430b490eeaa314", Hex(keys.HeaderProtection));
    }

    [Fact]
    public void Published_client_packet_opens()
    {
        // RFC 9001 §A.2: its header before and after protection, and the sample that it is protected with.
        var hello = Convert.FromHexString(
            "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e0000"
            + "0b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370"
            + "b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d0002"
            + "0101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ff"
            + "ff");
        var packet = Published(hello);
        Assert.StartsWith("c000000001088394c8f03e5157080000449e7b9aec34", Convert.ToHexStringLower(packet), StringComparison.Ordinal);
        Assert.Equal("d1b1c98dd7689fb8ec11d242b123dc9b", Convert.ToHexStringLower(packet.AsSpan(22, 16)));
        Assert.Equal("e221af44860018ab0856972e194cd934", Convert.ToHexStringLower(packet.AsSpan(^16..)));

        var reader = new QuicPacketReader(packet);
        Assert.True(reader.TryRead(out var read));
        Assert.True(new InitialSecret(QuicVersion.V1, read.Destination).ClientKeys.TryOpen(read, new byte[packet.Length], out var payload));
        Assert.Equal(hello, payload[..hello.Length].ToArray());
        Assert.Equal(1162, payload.Length);
    }

    [Fact]
    public void Hash_agrees_with_the_platform()
    {
        var random = new Random(1);
        Span<uint> words = stackalloc uint[8];
        Span<uint> block = stackalloc uint[16];
        for (var i = 0; i < 300; i++)
        {
            var key = new byte[random.Next(17) * 4];
            var message = new byte[random.Next(HmacSha256.MaxMessage + 1)];
            random.NextBytes(key);
            random.NextBytes(message);
            HmacSha256.WriteBlock(message, block);
            HmacSha256.Keyed(key).Hash(block).CopyTo(words);
            var hash = string.Concat(words.ToArray().Select(word => $"{word:x8}"));
            Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(key, message)), hash);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Opening_agrees_with_the_platform_at_every_length(bool byPlatform)
    {
        Assert.SkipUnless(byPlatform || AesGcmOpener.IsAccelerated, "this processor has no AES or carry-less multiplication");
        var random = new Random(2);
        for (var length = 0; length < 400; length++)
        {
            var (key, nonce) = (new byte[16], new byte[12]);
            var (additional, text) = (new byte[random.Next(70)], new byte[length]);
            foreach (var bytes in (byte[][])[key, nonce, additional, text]) random.NextBytes(bytes);
            var sealedText = new byte[length + 16];
            using (var cipher = new AesGcm(key, 16))
                cipher.Encrypt(nonce, text, sealedText.AsSpan(0, length), sealedText.AsSpan(length), additional);

            Assert.True(Open(sealedText, out var opened));
            Assert.Equal(text, opened);
            sealedText[random.Next(sealedText.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(Open(sealedText, out _));

            bool Open(byte[] bytes, out byte[] opened)
            {
                opened = new byte[length];
                var (k, n) = (Vector128.Create<byte>(key), Vector128.Create<byte>((byte[])[.. nonce, 0, 0, 0, 0]));
                return byPlatform
                    ? AesGcmOpener.TryOpenByPlatform(k, n, additional, bytes, opened)
                    : AesGcmOpener.TryOpenHere(k, n, additional, bytes, opened);
            }
        }
    }

    /// <summary>The packet of the appendix, whose packet number takes four bytes.</summary>
    private static byte[] Published(byte[] frames)
    {
        var header = Convert.FromHexString("c300000001088394c8f03e5157080000449e00000002");
        byte[] text = [.. frames, .. new byte[1162 - frames.Length]];
        byte[] packet = [.. header, .. text, .. new byte[16]];
        var nonce = Convert.FromHexString("fa044b2f42a3fd3b46fb255c");
        nonce[^1] ^= 2;
        using (var cipher = new AesGcm(Convert.FromHexString("1f369613dd76d5467730efcbe3b1a22d"), 16))
            cipher.Encrypt(nonce, text, packet.AsSpan(header.Length, text.Length), packet.AsSpan(^16..), header);
        using var block = Aes.Create();
        block.SetKey(Convert.FromHexString("9f50449e04a0e810283a1e9933adedd2"));
        var mask = block.EncryptEcb(packet.AsSpan(22, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x0F);
        for (var i = 0; i < 4; i++) packet[18 + i] ^= mask[1 + i];
        return packet;
    }

    private static string Hex(Vector128<byte> value)
    {
        var bytes = new byte[16];
        value.CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
