using System.Buffers.Binary;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Fuzz;

/// <summary>
/// Where the parts of a frame are, for mutations that know what they touch; found by the product's walk and by nothing else, so a
/// frame that it does not read is mutated blindly.
/// </summary>
internal readonly record struct Layout(int IpAt, int TransportAt, int PayloadAt, int PayloadLength, bool IsV4, bool IsTcp)
{
    private const int UdpLength = 8;

    /// <summary>The layout of a frame of IP with TCP or UDP that is neither cut nor a fragment; null for others.</summary>
    public static Layout? Of(FuzzFrame frame)
    {
        var header = default(PacketHeader);
        var outcome = FrameWalker.Walk(frame.Link, frame.Bytes, frame.WireLength, ref header, out _);
        if (outcome is not (WalkOutcome.Tcp or WalkOutcome.Udp) || header.NetworkOffset < 0 || header.IsTruncated) return null;
        var isV4 = header.Source.IsV4;
        var transportAt = outcome == WalkOutcome.Udp ? header.PayloadOffset - UdpLength
            : isV4 ? header.NetworkOffset + (frame.Bytes[header.NetworkOffset] & 15) * 4
            : header.NetworkOffset + 40;
        return new Layout(header.NetworkOffset, transportAt, header.PayloadOffset, header.PayloadLength, isV4, outcome == WalkOutcome.Tcp);
    }

    /// <summary>The frame with another payload and the lengths that go with it. Checksums are not read, so they stay.</summary>
    public FuzzFrame Replace(FuzzFrame frame, ReadOnlySpan<byte> payload)
    {
        byte[] bytes = [.. frame.Bytes.AsSpan(0, PayloadAt), .. payload];
        var ipLength = Math.Min(bytes.Length - IpAt, ushort.MaxValue);
        if (IsV4) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(IpAt + 2), (ushort)ipLength);
        else BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(IpAt + 4), (ushort)Math.Max(0, ipLength - 40));
        if (!IsTcp) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(TransportAt + 4), (ushort)Math.Min(bytes.Length - TransportAt, ushort.MaxValue));
        return frame.With(bytes);
    }
}
