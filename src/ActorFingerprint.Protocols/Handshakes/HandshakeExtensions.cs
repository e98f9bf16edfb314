using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Handshakes;

/// <summary>
/// Steps from an IP header to the TCP header behind it, over IPv6 extension headers (RFC 8200 §4) and an authentication header.
/// </summary>
internal static class HandshakeExtensions
{
    private const int MaxExtensions = 9;
    private const int SmallestExtension = 8;

    /// <summary>Adds the extension headers to <paramref name="length"/>. False when they do not lead to TCP within the packet.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> packet, int next, ref int length)
    {
        for (var seen = 0; seen <= MaxExtensions; seen++)
        {
            if (next == IpProtocol.Tcp) return true;
            if (packet.Length < length + SmallestExtension) return false;
            var header = packet[length..];
            switch (next)
            {
                case IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Destination:
                    length += (header[1] + 1) * 8;
                    break;
                case IpProtocol.Authentication:
                    length += (header[1] + 2) * 4;
                    break;
                case IpProtocol.Fragment:
                    length += SmallestExtension;
                    break;
                default:
                    return false;
            }
            next = header[0];
        }
        return false;
    }
}
