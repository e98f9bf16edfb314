using System.Buffers.Binary;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// Turns hello messages into values with their fingerprints. Hellos that agree in everything but the server's name share their lists
/// and strings, so that a client's second connection costs neither hashes nor lists.
/// </summary>
/// <param name="transport">How the hellos are carried.</param>
internal sealed class HelloFactory(TlsTransport transport = TlsTransport.Tcp)
{
    private const int Slots = 1024;
    private const int PrintSlots = 512;

    private readonly ContentCache<ClientHello> _clients = new(Slots);
    private readonly ContentCache<ServerHello> _servers = new(Slots);
    private readonly ContentCache<SteadyPrints> _steady = new(PrintSlots);

    /// <summary>Reads a ClientHello without its handshake header; null when it is malformed.</summary>
    public ClientHello? ReadClient(ReadOnlySpan<byte> body)
    {
        if (!ClientHelloReader.TryRead(body, hasCookie: transport == TlsTransport.Dtls, out var hello)) return null;
        var name = hello.ServerName.IsEmpty ? "" : WireText.Escape(hello.ServerName);
        var shape = new ShapeWriter(stackalloc byte[ShapeWriter.StackLength], body.Length);
        WriteShape(in hello, ref shape);
        var hash = ContentHash.Of(shape.Written);
        var known = _clients.Find(hash, shape.Written);
        if (known is not null) known = known.WithSni(name);
        else _clients.Offer(hash, shape.Written, known = Build(in hello, name));
        shape.Dispose();
        return known;
    }

    /// <summary>Reads a ServerHello without its handshake header; null when it is malformed.</summary>
    public ServerHello? ReadServer(ReadOnlySpan<byte> body)
    {
        if (!ServerHelloReader.TryRead(body, out var hello)) return null;
        var shape = new ShapeWriter(stackalloc byte[ShapeWriter.StackLength], body.Length);
        shape.Append(hello.LegacyVersion);
        shape.Append(hello.CipherSuite);
        shape.Append(hello.SelectedVersion ?? 0);
        shape.Append((ushort)(hello.IsHelloRetryRequest ? 1 : 0));
        shape.AppendTypes(hello.Extensions);
        var hash = ContentHash.Of(shape.Written);
        var known = _servers.Find(hash, shape.Written);
        if (known is null) _servers.Offer(hash, shape.Written, known = Build(in hello));
        shape.Dispose();
        return known;
    }

    /// <summary>Everything that a ClientHello value holds, but the name.</summary>
    private static void WriteShape(in ClientHelloReader hello, ref ShapeWriter shape)
    {
        shape.Append(hello.LegacyVersion);
        shape.Append((ushort)((hello.HasSupportedVersions ? 1 : 0) | (hello.HasAlpn ? 2 : 0)));
        shape.AppendList(hello.CipherSuites);
        shape.AppendList(hello.SupportedGroups);
        shape.AppendList(hello.PointFormats);
        shape.AppendList(hello.SignatureAlgorithms);
        shape.AppendList(hello.SupportedVersions);
        shape.AppendList(hello.AlpnNames);
        shape.AppendTypes(hello.Extensions);
    }

    private ServerHello Build(in ServerHelloReader hello)
    {
        var types = ExtensionReader.Types(hello.Extensions);
        return new ServerHello
        {
            Transport = transport,
            LegacyVersion = hello.LegacyVersion,
            CipherSuite = hello.CipherSuite,
            Extensions = types,
            SelectedVersion = hello.SelectedVersion,
            IsHelloRetryRequest = hello.IsHelloRetryRequest,
            Ja3S = Ja3S.Hash(hello.LegacyVersion, hello.CipherSuite, types),
        };
    }

    private ClientHello Build(in ClientHelloReader hello, string name)
    {
        var ciphers = Values(hello.CipherSuites);
        var types = ExtensionReader.Types(hello.Extensions);
        var groups = Values(hello.SupportedGroups);
        var algorithms = Values(hello.SignatureAlgorithms);
        var versions = hello.HasSupportedVersions ? Values(hello.SupportedVersions) : null;
        var alpn = hello.HasAlpn ? Names(hello.AlpnNames) : null;
        var fields = new ClientHelloFields
        {
            Transport = transport,
            LegacyVersion = hello.LegacyVersion,
            CipherSuites = ciphers,
            Extensions = types,
            SupportedGroups = groups,
            PointFormats = hello.PointFormats,
            SignatureAlgorithms = algorithms,
            SupportedVersions = versions,
            HasSupportedVersions = hello.HasSupportedVersions,
            FirstAlpn = alpn is [var first, ..] ? first : default,
            HasSni = hello.HasServerName,
        };
        var steady = SteadyOf(in fields);
        return new ClientHello
        {
            Transport = transport,
            LegacyVersion = hello.LegacyVersion,
            CipherSuites = ciphers,
            Extensions = types,
            SupportedGroups = groups,
            PointFormats = hello.PointFormats.ToArray(),
            SignatureAlgorithms = algorithms,
            SupportedVersions = versions,
            Alpn = alpn,
            Sni = name,
            HasSni = hello.HasServerName,
            HasEch = hello.HasEncryptedClientHello,
            Ja3 = Ja3.Hash(in fields),
            Ja4 = steady.Ja4,
            Stack = steady.Stack,
        };
    }

    /// <summary>
    /// The fingerprints that neither GREASE nor the order of extensions changes: clients that permute them make a new shape each time, but
    /// these stay the same.
    /// </summary>
    private SteadyPrints SteadyOf(in ClientHelloFields hello)
    {
        var key = new ShapeWriter(stackalloc byte[ShapeWriter.StackLength], ShapeWriter.LengthOf(in hello));
        key.Append(hello.LegacyVersion);
        key.Append((ushort)((hello.HasSupportedVersions ? 1 : 0) | (hello.HasSni ? 2 : 0)));
        key.AppendSteady(hello.CipherSuites);
        key.AppendSteady(hello.SupportedGroups);
        key.AppendList(hello.PointFormats);
        key.AppendSteady(hello.SignatureAlgorithms);
        key.AppendSteady(hello.SupportedVersions);
        key.AppendList(hello.FirstAlpn);
        key.AppendSorted(hello.Extensions);
        var hash = ContentHash.Of(key.Written);
        var known = _steady.Find(hash, key.Written);
        if (known is null)
        {
            known = new SteadyPrints(Ja4.Compute(in hello), StackFingerprint.Of(in hello));
            _steady.Offer(hash, key.Written, known);
        }
        key.Dispose();
        return known;
    }

    private static ushort[] Values(ReadOnlySpan<byte> list)
    {
        if (list.IsEmpty) return [];
        var values = new ushort[list.Length / 2];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt16BigEndian(list[(i * 2)..]);
        return values;
    }

    private static byte[][] Names(ReadOnlySpan<byte> list)
    {
        var names = new List<byte[]>();
        for (var reader = new VectorReader(list); reader.TryReadVector8(out var name);) names.Add(name.ToArray());
        return [.. names];
    }

    private sealed record SteadyPrints(string Ja4, string Stack);
}
