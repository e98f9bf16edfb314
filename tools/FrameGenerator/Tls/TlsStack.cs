using System.Text;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>
/// How one TLS library fills its hellos. <see cref="Grease.Placeholder"/> in any list is drawn anew for each hello. The lists
/// are of the shape that such clients send; they are illustrations, no statement about one version of a product.
/// </summary>
internal sealed record TlsStack
{
    private const int PaddedLength = 512;

    public required string Name { get; init; }

    public ushort LegacyVersion { get; init; } = 0x0303;

    public required IReadOnlyList<ushort> Ciphers { get; init; }

    /// <summary>Null leaves the extensions block out.</summary>
    public IReadOnlyList<ushort>? Extensions { get; init; }

    /// <summary>The extensions between the GREASE ones come in another order at every connection.</summary>
    public bool Permutes { get; init; }

    public IReadOnlyList<ushort> Groups { get; init; } = [];

    public IReadOnlyList<byte> PointFormats { get; init; } = [0];

    public IReadOnlyList<ushort> Signatures { get; init; } = [];

    public IReadOnlyList<ushort> Versions { get; init; } = [];

    public IReadOnlyList<string> Alpn { get; init; } = [];

    /// <summary>Groups that a share is sent for.</summary>
    public IReadOnlyList<ushort> Shares { get; init; } = [];

    /// <summary>Length of the session id: 32 in compatibility mode.</summary>
    public int SessionIdLength { get; init; } = 32;

    /// <summary>True when the stack offers TLS 1.3.</summary>
    public bool OffersTls13 => Versions.Contains((ushort)0x0304);

    /// <summary>One hello. <paramref name="resumes"/> offers a ticket (TLS 1.2) or a pre-shared key (TLS 1.3).</summary>
    public ClientHelloMessage Hello(SeededRandom random, string serverName, bool resumes = false)
    {
        var extensions = Extensions is null ? null : Order(random);
        var bodies = Bodies(random);
        if (resumes && extensions is not null) Resume(random, extensions, bodies);
        var hello = new ClientHelloMessage
        {
            LegacyVersion = LegacyVersion,
            Random = random.Bytes(32),
            SessionId = random.Bytes(SessionIdLength),
            CipherSuites = Draw(random, Ciphers),
            Extensions = extensions,
            ServerName = serverName,
            Groups = Draw(random, Groups, out var groupGrease),
            PointFormats = PointFormats,
            SignatureAlgorithms = Signatures,
            Versions = Draw(random, Versions),
            Alpn = [.. Alpn.Select(Encoding.ASCII.GetBytes)],
            KeyShares =
                [.. Shares.Select(group => group == Grease.Placeholder ? (groupGrease, [0]) : (group, random.Bytes(ShareLength(group))))],
            Bodies = bodies,
        };
        return Padded(hello);
    }

    private static ushort[] Draw(SeededRandom random, IEnumerable<ushort> values) => Draw(random, values, out _);

    private static ushort[] Draw(SeededRandom random, IEnumerable<ushort> values, out ushort drawn)
    {
        var grease = Grease.Draw(random);
        drawn = grease;
        return values.Select(value => value == Grease.Placeholder ? grease : value).ToArray();
    }

    private static int ShareLength(ushort group) => group switch
    {
        0x11EC => 1216,
        0x0017 => 65,
        0x0018 => 97,
        _ => 32,
    };

    private List<ushort> Order(SeededRandom random)
    {
        var greased = Extensions!.Contains(Grease.Placeholder);
        var inner = Extensions!.Where(type => type is not (Grease.Placeholder or ExtensionType.Padding)).ToArray();
        if (Permutes) inner = random.Shuffle(inner);
        List<ushort> order = [.. inner];
        if (greased)
        {
            var first = Grease.Draw(random);
            ushort last;
            do last = Grease.Draw(random); while (last == first);
            order.Insert(0, first);
            order.Add(last);
        }
        if (Extensions!.Contains(ExtensionType.Padding)) order.Add(ExtensionType.Padding);
        return order;
    }

    private static Dictionary<ushort, byte[]> Bodies(SeededRandom random)
    {
        var sealedLength = 144 + 32 * random.Next(4);
        return new Dictionary<ushort, byte[]>
        {
            [ExtensionType.EncryptedClientHello] =
                [0, 0, 1, 0, 1, random.Bytes(1)[0], 0, 32, .. random.Bytes(32), 0, (byte)sealedLength, .. random.Bytes(sealedLength)],
        };
    }

    private void Resume(SeededRandom random, List<ushort> extensions, Dictionary<ushort, byte[]> bodies)
    {
        if (!OffersTls13)
        {
            bodies[ExtensionType.SessionTicket] = random.Bytes(192);
            return;
        }
        extensions.Remove(ExtensionType.Padding);
        extensions.Add(ExtensionType.PreSharedKey);
        bodies[ExtensionType.PreSharedKey] =
            [0, 198, 0, 192, .. random.Bytes(192), .. random.Bytes(4), 0, 33, 32, .. random.Bytes(32)];
    }

    /// <summary>RFC 7685: hellos of 256 to 511 bytes are filled to 512, others lose the extension.</summary>
    private static ClientHelloMessage Padded(ClientHelloMessage hello)
    {
        if (hello.Extensions?.Contains(ExtensionType.Padding) != true) return hello;
        var bare = hello with { Extensions = [.. hello.Extensions.Where(type => type != ExtensionType.Padding)] };
        var length = bare.ToBytes().Length;
        if (length is < 256 or >= PaddedLength) return bare;
        var fill = new byte[Math.Max(0, PaddedLength - length - 4)];
        return hello with { Bodies = new Dictionary<ushort, byte[]>(hello.Bodies) { [ExtensionType.Padding] = fill } };
    }
}
