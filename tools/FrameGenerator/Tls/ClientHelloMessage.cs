using System.Text;
using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>
/// The model of one ClientHello (RFC 8446 §4.1.2): its bytes and its fingerprints are made from the same lists, and neither
/// from the other.
/// </summary>
internal sealed record ClientHelloMessage
{
    public ushort LegacyVersion { get; init; } = 0x0303;

    public required byte[] Random { get; init; }

    public byte[] SessionId { get; init; } = [];

    public required IReadOnlyList<ushort> CipherSuites { get; init; }

    /// <summary>Extension types in wire order; null leaves the whole extensions block out.</summary>
    public IReadOnlyList<ushort>? Extensions { get; init; }

    /// <summary>The host name; null sends an extension 0 with an empty body when the order names it.</summary>
    public string? ServerName { get; init; }

    public IReadOnlyList<ushort> Groups { get; init; } = [];

    public IReadOnlyList<byte> PointFormats { get; init; } = [0];

    public IReadOnlyList<ushort> SignatureAlgorithms { get; init; } = [];

    public IReadOnlyList<ushort> Versions { get; init; } = [];

    public IReadOnlyList<byte[]> Alpn { get; init; } = [];

    /// <summary>Group and key of each share.</summary>
    public IReadOnlyList<(ushort Group, byte[] Key)> KeyShares { get; init; } = [];

    /// <summary>Bodies of extensions that the properties above do not describe.</summary>
    public IReadOnlyDictionary<ushort, byte[]> Bodies { get; init; } = new Dictionary<ushort, byte[]>();

    /// <summary>The handshake message, its four-byte header included.</summary>
    public byte[] ToBytes()
    {
        var body = new WireBuffer().U16(LegacyVersion).Bytes(Random).Vector8(SessionId)
            .Vector16(new WireBuffer().U16s(CipherSuites).ToArray()).Vector8([0]);
        if (Extensions is not null)
        {
            var block = new WireBuffer();
            foreach (var type in Extensions) block.U16(type).Vector16(Body(type));
            body.Vector16(block.ToArray());
        }
        return new WireBuffer().U8(1).U24(body.Length).Bytes(body.ToArray()).ToArray();
    }

    private byte[] Body(ushort type)
    {
        if (Bodies.TryGetValue(type, out var given)) return given;
        return type switch
        {
            ExtensionType.ServerName when ServerName is not null => ServerNameBody(ServerName),
            ExtensionType.SupportedGroups => List16(Groups),
            ExtensionType.PointFormats => new WireBuffer().Vector8([.. PointFormats]).ToArray(),
            ExtensionType.SignatureAlgorithms or ExtensionType.SignatureAlgorithmsCert => List16(SignatureAlgorithms),
            ExtensionType.SupportedVersions => new WireBuffer().Vector8(new WireBuffer().U16s(Versions).ToArray()).ToArray(),
            ExtensionType.Alpn => AlpnBody(Alpn),
            ExtensionType.KeyShare => KeyShareBody(KeyShares),
            ExtensionType.StatusRequest => [1, 0, 0, 0, 0],
            ExtensionType.CompressCertificate => [2, 0, 2],
            ExtensionType.RecordSizeLimit => [0x40, 0x01],
            ExtensionType.DelegatedCredentials => List16([0x0403, 0x0503, 0x0603, 0x0203]),
            ExtensionType.PskModes => [1, 1],
            ExtensionType.RenegotiationInfo => [0],
            ExtensionType.ApplicationSettings => [0, 3, 2, (byte)'h', (byte)'2'],
            ExtensionType.MaxFragmentLength => [4],
            _ => [],
        };
    }

    private static byte[] List16(IEnumerable<ushort> values) =>
        new WireBuffer().Vector16(new WireBuffer().U16s(values).ToArray()).ToArray();

    private static byte[] ServerNameBody(string name)
    {
        var entry = new WireBuffer().U8(0).Vector16(Encoding.ASCII.GetBytes(name)).ToArray();
        return new WireBuffer().Vector16(entry).ToArray();
    }

    private static byte[] AlpnBody(IEnumerable<byte[]> names)
    {
        var list = new WireBuffer();
        foreach (var name in names) list.Vector8(name);
        return new WireBuffer().Vector16(list.ToArray()).ToArray();
    }

    private static byte[] KeyShareBody(IEnumerable<(ushort Group, byte[] Key)> shares)
    {
        var list = new WireBuffer();
        foreach (var (group, key) in shares) list.U16(group).Vector16(key);
        return new WireBuffer().Vector16(list.ToArray()).ToArray();
    }
}
