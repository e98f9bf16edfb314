using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols.Handshakes;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Handshakes;

/// <summary>Bytes that no stack sends: never an exception, and never more than the header can hold.</summary>
public sealed class HostileHandshakeSpecs
{
    private const int Seed = 20261122;
    private static readonly byte[][] Valid =
        [new SynBytes().V4, SynBytes.Answer.V4, new SynBytes { FlowLabel = 5 }.V6, new SynBytes { Options = new byte[40] }.V4];

    [Fact]
    public void Every_truncation_is_refused_or_read()
    {
        foreach (var packet in Valid)
            for (var length = 0; length <= packet.Length; length++)
                Assert.Equal(length == packet.Length, TryRead(packet.AsSpan(0, length)));
    }

    [Fact]
    public void Every_flipped_bit_is_refused_or_read()
    {
        foreach (var packet in Valid)
            for (var bit = 0; bit < packet.Length * 8; bit++)
            {
                packet[bit / 8] ^= (byte)(1 << bit % 8);
                TryRead(packet);
                packet[bit / 8] ^= (byte)(1 << bit % 8);
            }
    }

    [Fact]
    public void Every_option_length_is_refused_or_read()
    {
        for (var kind = 0; kind < 256; kind++)
            for (var length = 0; length < 256; length++)
                Assert.True(TryRead(new SynBytes { Options = [(byte)kind, (byte)length, 1, 2, 3, 4, 5, 6, 2, 4, 5, 180] }.V4));
    }

    [Fact]
    public void Random_bytes_are_refused_or_read()
    {
        var random = new Random(Seed);
        var read = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var packet = new byte[random.Next(0, 130)];
            random.NextBytes(packet);
            var length = packet.Length;
            if (length >= 34 && i % 2 == 0) (packet[0], packet[9], packet[32], packet[33]) = (0x45, 6, (byte)(packet[32] | 0x50), 0x02);
            if (length >= 54 && i % 2 == 1) (packet[0], packet[6], packet[52], packet[53]) = (0x60, 6, (byte)(packet[52] | 0x50), 0x12);
            if (TryRead(packet)) read++;
        }
        Assert.InRange(read, 20_000, 180_000);
    }

    private static bool TryRead(ReadOnlySpan<byte> packet)
    {
        if (!HandshakeHeaders.TryRead(packet, out var headers)) return false;
        var segment = headers.ToHandshake();
        Assert.InRange(segment.OptionKinds.Length, 0, 40);
        Assert.InRange(segment.PaddingLength, 0, 39);
        Assert.InRange(TcpSignature.Of(segment).Length, 20, 300);
        return true;
    }
}
