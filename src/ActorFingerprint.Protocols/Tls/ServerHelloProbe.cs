using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// One question to a TLS server that makes it show its ServerHello, and the reading of what it answers. A server's choice, and so its JA3S,
/// depends on what it is offered: the question is the same bytes for every server and every time, so that answers can be compared.
/// </summary>
public sealed class ServerHelloProbe
{
    /// <summary>Bytes of an answer after which it is given up.</summary>
    public const int MaxAnswer = 16 * 1024;

    private static readonly byte[] Hello =
    [
        0x16, 0x03, 0x01, 0x00, 0xB3, // handshake record, 179 bytes
        0x01, 0x00, 0x00, 0xAF, // ClientHello, 175 bytes
        0x03, 0x03, // legacy_version: TLS 1.2
        .. "ActorFingerprint asks: who's it?"u8, // random, 32 bytes
        0x00, // no session id
        0x00, 0x1C, // 14 cipher suites
        0x13, 0x01, 0x13, 0x02, 0x13, 0x03, // TLS 1.3: AES-128, AES-256, ChaCha20
        0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x2C, 0xC0, 0x30, 0xCC, 0xA9, 0xCC, 0xA8, // ECDHE with GCM and ChaCha20
        0xC0, 0x13, 0xC0, 0x14, 0x00, 0x9C, 0x00, 0x2F, 0x00, 0x35, // older ones
        0x01, 0x00, // no compression
        0x00, 0x6A, // 106 bytes of extensions
        0x00, 0x17, 0x00, 0x00, // extended_master_secret
        0xFF, 0x01, 0x00, 0x01, 0x00, // renegotiation_info
        0x00, 0x0A, 0x00, 0x08, 0x00, 0x06, 0x00, 0x1D, 0x00, 0x17, 0x00, 0x18, // supported_groups: x25519, P-256, P-384
        0x00, 0x0B, 0x00, 0x02, 0x01, 0x00, // ec_point_formats: uncompressed
        0x00, 0x0D, 0x00, 0x12, 0x00, 0x10, // signature_algorithms
        0x04, 0x03, 0x08, 0x04, 0x04, 0x01, 0x05, 0x03, 0x08, 0x05, 0x05, 0x01, 0x08, 0x06, 0x02, 0x01,
        0x00, 0x2D, 0x00, 0x02, 0x01, 0x01, // psk_key_exchange_modes
        0x00, 0x2B, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03, // supported_versions: TLS 1.3, TLS 1.2
        0x00, 0x33, 0x00, 0x26, 0x00, 0x24, 0x00, 0x1D, 0x00, 0x20, // key_share: x25519, its base point
        0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    private readonly HelloFactory _hellos = new();

    /// <summary>
    /// The record with the ClientHello: TLS 1.3 and 1.2, no server name (it goes to an address), and a key share and a random that are no secret,
    /// since the connection ends with the answer.
    /// </summary>
    public static ReadOnlySpan<byte> Question => Hello;

    /// <summary>
    /// Reads what came so far. <see cref="HelloScan.Whole"/> with the hello, <see cref="HelloScan.Incomplete"/> when more may come, anything else
    /// when no ServerHello will.
    /// </summary>
    public HelloScan Read(ReadOnlySpan<byte> answer, out ServerHello? hello)
    {
        hello = null;
        if (answer.IsEmpty) return HelloScan.Incomplete;
        using var reader = new HelloReader(answer);
        var scan = reader.Read(out var message);
        if (scan != HelloScan.Whole) return scan;
        if (message[0] != HelloReader.ServerHello) return HelloScan.None;
        hello = _hellos.ReadServer(message[HelloReader.HandshakeHeaderLength..]);
        return hello is null ? HelloScan.Broken : HelloScan.Whole;
    }
}
