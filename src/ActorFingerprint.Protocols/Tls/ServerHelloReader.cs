using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// The body of a ServerHello (RFC 8446 §4.1.3) as slices of the message. Servers of the TLS 1.3 drafts up to 21 sent neither session id
/// nor compression method; their version (0x7fNN) tells.
/// </summary>
internal ref struct ServerHelloReader
{
    private const int RandomLength = 32;
    private const byte DraftMajor = 0x7F;

    private static ReadOnlySpan<byte> HelloRetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    public ushort LegacyVersion { get; private set; }

    public ushort CipherSuite { get; private set; }

    /// <summary>The extension block without its length; empty when the hello has none.</summary>
    public ReadOnlySpan<byte> Extensions { get; private set; }

    public ushort? SelectedVersion { get; private set; }

    public bool IsHelloRetryRequest { get; private set; }

    /// <summary>Reads a message without its handshake header; false when its lengths contradict each other.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ServerHelloReader hello)
    {
        hello = default;
        var reader = new VectorReader(body);
        if (!reader.TryReadUInt16(out var version) || !reader.TryReadBytes(RandomLength, out var random)) return false;
        var isDraft = version >> 8 == DraftMajor;
        if (!isDraft && !reader.TryReadVector8(out _)) return false;
        if (!reader.TryReadUInt16(out var cipher) || (!isDraft && !reader.TryReadByte(out _))) return false;
        hello.LegacyVersion = version;
        hello.CipherSuite = cipher;
        hello.IsHelloRetryRequest = random.SequenceEqual(HelloRetryRandom);
        if (reader.IsAtEnd) return true;
        if (!reader.TryReadVector16(out var block) || !reader.IsAtEnd) return false;
        hello.Extensions = block;
        var extensions = new ExtensionReader(block);
        while (extensions.TryRead(out var type, out var content))
            if (type == ExtensionType.SupportedVersions && content.Length == 2)
                hello.SelectedVersion ??= BinaryPrimitives.ReadUInt16BigEndian(content);
        return !extensions.IsFaulty;
    }
}
