using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>The model of one ServerHello (RFC 8446 §4.1.3).</summary>
internal sealed record ServerHelloMessage
{
    /// <summary>The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest".</summary>
    public static readonly byte[] RetryRandom = Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    public ushort LegacyVersion { get; init; } = 0x0303;

    public required byte[] Random { get; init; }

    public byte[] SessionId { get; init; } = [];

    public required ushort CipherSuite { get; init; }

    /// <summary>Types and bodies in wire order; null leaves the whole block out.</summary>
    public IReadOnlyList<(ushort Type, byte[] Body)>? Extensions { get; init; }

    /// <summary>The answer of a TLS 1.3 server with one X25519 share.</summary>
    public static ServerHelloMessage Tls13(SeededRandom random, byte[] sessionId, ushort cipher) => new()
    {
        Random = random.Bytes(32),
        SessionId = sessionId,
        CipherSuite = cipher,
        Extensions = [(51, [0, 0x1D, 0, 32, .. random.Bytes(32)]), (43, [3, 4])],
    };

    /// <summary>The answer of a TLS 1.2 server.</summary>
    public static ServerHelloMessage Tls12(SeededRandom random, ushort cipher) => new()
    {
        Random = random.Bytes(32),
        SessionId = random.Bytes(32),
        CipherSuite = cipher,
        Extensions = [(65281, [0]), (11, [3, 0, 1, 2]), (35, []), (23, [])],
    };

    /// <summary>Asks for a share of <paramref name="group"/>, with a cookie.</summary>
    public static ServerHelloMessage Retry(byte[] sessionId, ushort cipher, ushort group, byte[] cookie) => new()
    {
        Random = RetryRandom,
        SessionId = sessionId,
        CipherSuite = cipher,
        Extensions =
        [
            (51, new WireBuffer().U16(group).ToArray()),
            (44, new WireBuffer().Vector16(cookie).ToArray()),
            (43, [3, 4]),
        ],
    };

    /// <summary>The handshake message, its four-byte header included.</summary>
    public byte[] ToBytes()
    {
        var body = new WireBuffer().U16(LegacyVersion).Bytes(Random).Vector8(SessionId).U16(CipherSuite).U8(0);
        if (Extensions is not null)
        {
            var block = new WireBuffer();
            foreach (var (type, value) in Extensions) block.U16(type).Vector16(value);
            body.Vector16(block.ToArray());
        }
        return new WireBuffer().U8(2).U24(body.Length).Bytes(body.ToArray()).ToArray();
    }
}
