using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Handshakes;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Tests.Golden;

/// <summary>A handshake segment of a capture, as the reader sees it without the stage's memory.</summary>
internal sealed record SeenHandshake(PacketHeader Header, TcpHandshake Segment);

/// <summary>Every handshake segment of a capture of the shared corpora.</summary>
internal static class HandshakeCapture
{
    public static List<SeenHandshake> Read(string path)
    {
        var interest = new InterestTest(new InterestOptions { Protocols = ProtocolSet.Tcp });
        var seen = new List<SeenHandshake>();
        foreach (var frame in TestCaptures.ReadCorpus(path))
        {
            PacketHeader header = default;
            var taken = interest.Test(
                frame.LinkType, frame.Bytes, frame.WireLength, frame.Frame, frame.AtTicks, ref header, out var packet);
            while (true)
            {
                if (taken == Interest.TcpHandshake && HandshakeHeaders.TryRead(packet, out var headers))
                    seen.Add(new SeenHandshake(header, headers.ToHandshake()));
                if (!interest.HasMore) break;
                taken = interest.TestNext(frame.Bytes, ref header, out packet);
            }
        }
        return seen;
    }
}
