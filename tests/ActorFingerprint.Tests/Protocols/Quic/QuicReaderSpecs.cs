using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>Numbers, and what is looked at of a datagram before anything is copied.</summary>
public sealed class QuicReaderSpecs
{
    [Theory]
    [InlineData("c2197c5eff14e88c", 151288809941952652)] // RFC 9000 §A.1
    [InlineData("9d7f3e7d", 494878333)]
    [InlineData("7bbd", 15293)]
    [InlineData("25", 37)]
    [InlineData("4025", 37)]
    public void Variable_length_integers_are_the_published_ones(string hex, ulong expected)
    {
        var reader = new QuicReader(Convert.FromHexString(hex));
        Assert.True(reader.TryReadVarint(out var value));
        Assert.Equal(expected, value);
        Assert.True(reader.Rest.IsEmpty);
        Assert.False(new QuicReader(Convert.FromHexString(hex).AsSpan(..^1)).TryReadVarint(out _));
    }

    [Fact]
    public void Writer_of_the_tests_and_reader_agree()
    {
        foreach (var value in (ulong[])[0, 63, 64, 16383, 16384, (1 << 30) - 1, 1 << 30, (1UL << 62) - 1])
        {
            var reader = new QuicReader(QuicFrames.Varint(value));
            Assert.True(reader.TryReadVarint(out var read));
            Assert.Equal(value, read);
        }
    }

    /// <summary>First byte, version, length, and whether an Initial packet may be inside.</summary>
    [Theory]
    [InlineData(0xC0, 0x00000001u, 40, true)]
    [InlineData(0x80, 0x00000001u, 40, true)] // fixed bit 0
    [InlineData(0xD0, 0x00000001u, 40, true)] // 0-RTT first
    [InlineData(0xE0, 0x00000001u, 1200, false)] // Handshake
    [InlineData(0xF0, 0x00000001u, 1200, false)] // Retry
    [InlineData(0xD0, 0x6b3343cfu, 40, true)]
    [InlineData(0xE0, 0x6b3343cfu, 40, true)]
    [InlineData(0xF0, 0x6b3343cfu, 1200, false)]
    [InlineData(0xC0, 0x6b3343cfu, 1200, false)]
    [InlineData(0xC0, 0x12345678u, 1200, true)]
    [InlineData(0xC0, 0x12345678u, 1199, false)]
    [InlineData(0x80, 0x12345678u, 1200, false)] // as RTP begins
    [InlineData(0xC0, 0x00000000u, 1200, false)] // version negotiation
    [InlineData(0xC0, 0x51303433u, 1200, false)] // Q043
    [InlineData(0xC0, 0x9aaababau, 1200, false)] // provokes a negotiation
    public void Datagrams_are_told_by_their_first_bytes(byte first, uint version, int length, bool expected)
    {
        var datagram = new byte[length];
        datagram[0] = first;
        for (var i = 0; i < 4; i++) datagram[1 + i] = (byte)(version >> (24 - 8 * i));
        datagram[5] = 8;
        Assert.Equal(expected, InitialStart.MayHold(datagram));
        var header = new PacketHeader { SourcePort = 50000, DestinationPort = 443 };
        Assert.Equal(expected ? Interest.Quic : Interest.None, new UdpInterest(ProtocolSet.All).Of(header, datagram));
        Assert.Equal(Interest.None, new UdpInterest(ProtocolSet.All & ~ProtocolSet.Quic).Of(header, datagram));
    }

    [Fact]
    public void Lengths_that_run_past_the_datagram_are_a_fault()
    {
        var packet = new QuicPackets(QuicDialect.V1).Initial(QuicTalk.FirstId, true, QuicTalk.FirstId, [1], QuicFrames.Ping);
        for (var length = 7; length < packet.Length; length++)
        {
            var reader = new QuicPacketReader(packet.AsSpan(0, length));
            Assert.False(reader.TryRead(out _));
            Assert.True(reader.IsFaulty);
        }
        packet[5] = 21; // no version has such a connection ID
        var tooLong = new QuicPacketReader(packet);
        Assert.False(tooLong.TryRead(out _));
        Assert.True(tooLong.IsFaulty);
    }

    [Fact]
    public void Acknowledgement_that_promises_more_ranges_than_there_is_room_for_ends_the_walk()
    {
        byte[] payload = [0x02, 0, 0, .. QuicFrames.Varint((1UL << 62) - 1), 0, .. QuicFrames.Crypto(0, [1, 2, 3])];
        Assert.False(new QuicFrameReader(payload, hasGoogleFrames: false).TryReadCrypto(out _, out _));
    }
}
