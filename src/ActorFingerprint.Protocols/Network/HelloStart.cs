using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Recognises a TCP payload that begins like a ClientHello or ServerHello (RFC 8446 §4, §5.1), whatever the port: a handshake record, or
/// the change_cipher_spec record that TLS 1.3 puts before a second hello (§D.4) and then a handshake record.
/// </summary>
internal static class HelloStart
{
    private const byte ChangeCipherSpec = 20;
    private const byte Handshake = 22;
    private const byte ClientHello = 1;
    private const byte ServerHello = 2;
    private const int RecordHeaderLength = 5;
    private const int ChangeCipherSpecLength = RecordHeaderLength + 1;

    /// <summary>Announced length when the bytes that say it are not in this segment.</summary>
    private const int UnknownLength = 4096;

    /// <summary>Longest hello that is worth collecting (tls-fingerprints.md §7: 64 kB is ample).</summary>
    private const int LargestLength = 65536;

    /// <summary>True for a hello's first bytes, or for as many of them as a short segment holds.</summary>
    /// <param name="payload">At least 1 byte.</param>
    /// <param name="length">Handshake length announced, at most 64 KiB.</param>
    /// <param name="following">Bytes behind a ServerHello of TLS 1.2 or older up to the end of the server's certificate; else 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> payload, out int length, out int following)
    {
        length = following = 0;
        return payload[0] is Handshake or ChangeCipherSpec && TryReadRecord(payload, out length, out following);
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> payload, out int length, out int following)
    {
        length = UnknownLength;
        following = 0;
        if (payload[0] == ChangeCipherSpec)
        {
            if (payload is not [_, 3, _, 0, 1, 1, Handshake, ..]) return false;
            payload = payload[ChangeCipherSpecLength..];
        }
        if (payload.Length > 1 && payload[1] != 3) return false;
        if (payload.Length <= RecordHeaderLength) return true;
        if (payload[RecordHeaderLength] is not (ClientHello or ServerHello)) return false;
        length = payload.Length < RecordHeaderLength + 4
            ? Math.Max(UnknownLength, (int)BinaryPrimitives.ReadUInt16BigEndian(payload[3..]))
            : Math.Min(LargestLength, (int)(BinaryPrimitives.ReadUInt32BigEndian(payload[RecordHeaderLength..]) & 0xFFFFFF));
        if (payload[RecordHeaderLength] == ServerHello) following = CertificateAhead.Measure(payload, length);
        return true;
    }
}
