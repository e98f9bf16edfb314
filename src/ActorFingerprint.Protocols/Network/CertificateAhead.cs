using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// How far a direction must be read behind its ServerHello for the server's certificate, which TLS 1.2 and older send in clear (RFC 5246
/// §7.3). Only the leaf counts; it comes first.
/// </summary>
internal static class CertificateAhead
{
    /// <summary>Assumed when this segment does not show it: a leaf has 0.5 to 6 kB, mostly below 2.</summary>
    public const int UnknownLength = 8 * 1024;

    private const int LargestLength = 33 * 1024;
    private const byte Handshake = 22;
    private const byte Certificate = 11;
    private const ushort SupportedVersions = 43;
    private const int RecordHeaderLength = 5;
    private const int BodyOffset = RecordHeaderLength + 4;
    private const int SessionIdOffset = BodyOffset + 2 + 32;
    private const int CipherLength = 3;
    private const int LeafHeaderLength = 4 + 3 + 3;

    /// <summary>Bytes behind the ServerHello up to the end of the leaf; 0 when none will be in clear or another message follows.</summary>
    /// <param name="payload">The segment, from the ServerHello's record on.</param>
    /// <param name="helloLength">Length of the ServerHello without its header.</param>
    public static int Measure(ReadOnlySpan<byte> payload, int helloLength)
    {
        var end = BodyOffset + helloLength;
        if (payload.Length <= SessionIdOffset) return UnknownLength;
        if (BinaryPrimitives.ReadUInt16BigEndian(payload[BodyOffset..]) is < 0x0300 or > 0x0303) return 0;
        var extensions = SessionIdOffset + 1 + payload[SessionIdOffset] + CipherLength + 2;
        var (from, to) = (Math.Min(extensions, payload.Length), Math.Min(end, payload.Length));
        if (from < to && HasSupportedVersions(payload[from..to])) return 0;
        if (end >= payload.Length) return UnknownLength;

        // The next message stands in the same record, or begins the next one.
        var next = payload[end..];
        var between = 0;
        if (RecordHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(payload[3..]) == end)
        {
            if (next[0] != Handshake) return 0;
            if (next.Length <= RecordHeaderLength) return UnknownLength;
            between = RecordHeaderLength;
            next = next[between..];
        }
        if (next[0] != Certificate) return 0;
        if (next.Length < LeafHeaderLength) return UnknownLength;
        var leaf = next[LeafHeaderLength - 3] << 16 | next[LeafHeaderLength - 2] << 8 | next[LeafHeaderLength - 1];
        return Math.Min(between + LeafHeaderLength + leaf, LargestLength);
    }

    private static bool HasSupportedVersions(ReadOnlySpan<byte> extensions)
    {
        while (extensions.Length >= 4)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(extensions) == SupportedVersions) return true;
            var length = 4 + BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            if (length > extensions.Length) return false;
            extensions = extensions[length..];
        }
        return false;
    }
}
