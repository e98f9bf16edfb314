using System.Runtime.Intrinsics;
using ActorFingerprint.Protocols.Quic.Crypto;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>Keys of one direction's Initial packets (RFC 9001 §5.1): AES-128-GCM and AES-128 header protection.</summary>
internal readonly struct InitialKeys
{
    private const byte LongHeaderProtected = 0x0F;
    private const byte PacketNumberLengthBits = 0x03;
    private const int SampleDistance = 4;
    private const int SampleLength = 16;
    private const int NonceLength = 12;

    /// <param name="key">Packet key.</param>
    /// <param name="iv">Its first 12 bytes are the nonce's fixed part.</param>
    /// <param name="headerProtection">Header protection key.</param>
    public InitialKeys(Vector128<byte> key, Vector128<byte> iv, Vector128<byte> headerProtection)
    {
        Key = key;
        Iv = iv & Vector128.Create(-1, -1, -1, 0).AsByte();
        HeaderProtection = headerProtection;
    }

    /// <summary>Packet key.</summary>
    public Vector128<byte> Key { get; }

    /// <summary>The nonce's fixed part and four zeros.</summary>
    public Vector128<byte> Iv { get; }

    /// <summary>Header protection key.</summary>
    public Vector128<byte> HeaderProtection { get; }

    /// <summary>
    /// Removes header protection (RFC 9001 §5.4) and opens the packet. False when it is too short or its tag does not agree.
    /// </summary>
    /// <param name="packet">The packet, its Length honoured.</param>
    /// <param name="buffer">At least as long as the packet; overwritten.</param>
    /// <param name="payload">Gets the frames, a part of <paramref name="buffer"/>.</param>
    public bool TryOpen(scoped in QuicPacket packet, Span<byte> buffer, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var bytes = packet.Bytes;
        var numberOffset = packet.NumberOffset;
        if (bytes.Length < numberOffset + SampleDistance + SampleLength) return false;
        var mask = Aes128.Encrypt(HeaderProtection, Vector128.Create(bytes[(numberOffset + SampleDistance)..]));

        bytes[..(numberOffset + SampleDistance)].CopyTo(buffer);
        buffer[0] ^= (byte)(mask[0] & LongHeaderProtected);
        var headerLength = numberOffset + 1 + (buffer[0] & PacketNumberLengthBits);
        if (bytes.Length < headerLength + AesGcmOpener.TagLength) return false;
        var nonce = Iv;
        for (var i = numberOffset; i < headerLength; i++)
        {
            buffer[i] ^= mask[1 + i - numberOffset];
            var place = NonceLength - headerLength + i;
            nonce = nonce.WithElement(place, (byte)(nonce[place] ^ buffer[i]));
        }
        var text = buffer[headerLength..(bytes.Length - AesGcmOpener.TagLength)];
        if (!AesGcmOpener.TryOpen(Key, nonce, buffer[..headerLength], bytes[headerLength..], text)) return false;
        payload = text;
        return true;
    }
}
