namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// The body of a ClientHello (RFC 8446 §4.1.2) as slices of the message. All lengths agree when <see cref="TryRead"/> gave true.
/// Where an extension is repeated, the content of the first counts.
/// </summary>
internal ref struct ClientHelloReader
{
    private const int RandomLength = 32;
    private const byte HostNameType = 0;

    private bool _hasGroups;
    private bool _hasPointFormats;
    private bool _hasSignatureAlgorithms;

    public ushort LegacyVersion { get; private set; }

    /// <summary>Cipher suites, 2 bytes each.</summary>
    public ReadOnlySpan<byte> CipherSuites { get; private set; }

    /// <summary>The extension block without its length; empty when the hello has none.</summary>
    public ReadOnlySpan<byte> Extensions { get; private set; }

    /// <summary>supported_groups, 2 bytes each.</summary>
    public ReadOnlySpan<byte> SupportedGroups { get; private set; }

    /// <summary>ec_point_formats.</summary>
    public ReadOnlySpan<byte> PointFormats { get; private set; }

    /// <summary>signature_algorithms, 2 bytes each.</summary>
    public ReadOnlySpan<byte> SignatureAlgorithms { get; private set; }

    /// <summary>supported_versions, 2 bytes each.</summary>
    public ReadOnlySpan<byte> SupportedVersions { get; private set; }

    public bool HasSupportedVersions { get; private set; }

    /// <summary>ALPN names, each with its length before it.</summary>
    public ReadOnlySpan<byte> AlpnNames { get; private set; }

    public bool HasAlpn { get; private set; }

    /// <summary>First host_name of server_name.</summary>
    public ReadOnlySpan<byte> ServerName { get; private set; }

    public bool HasServerName { get; private set; }

    public bool HasEncryptedClientHello { get; private set; }

    /// <summary>Reads a message without its handshake header; false when its lengths contradict each other.</summary>
    /// <param name="body">The message.</param>
    /// <param name="hasCookie">A cookie stands behind the session id: a hello of DTLS (RFC 6347 §4.2.1).</param>
    /// <param name="hello">Gets the fields.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, bool hasCookie, out ClientHelloReader hello)
    {
        hello = default;
        var reader = new VectorReader(body);
        if (!reader.TryReadUInt16(out var version) || !reader.TryReadBytes(RandomLength, out _) || !reader.TryReadVector8(out _)
            || (hasCookie && !reader.TryReadVector8(out _))
            || !reader.TryReadVector16(out var ciphers) || ciphers.Length % 2 != 0 || !reader.TryReadVector8(out _)) return false;
        hello.LegacyVersion = version;
        hello.CipherSuites = ciphers;
        if (reader.IsAtEnd) return true;
        if (!reader.TryReadVector16(out var block) || !reader.IsAtEnd) return false;
        hello.Extensions = block;
        var extensions = new ExtensionReader(block);
        while (extensions.TryRead(out var type, out var content))
            if (!hello.TryReadExtension(type, content)) return false;
        return !extensions.IsFaulty;
    }

    private bool TryReadExtension(ushort type, ReadOnlySpan<byte> content) => type switch
    {
        ExtensionType.ServerName => HasServerName || TryReadServerName(content),
        ExtensionType.SupportedGroups => _hasGroups || TryReadGroups(content),
        ExtensionType.EcPointFormats => _hasPointFormats || TryReadPointFormats(content),
        ExtensionType.SignatureAlgorithms => _hasSignatureAlgorithms || TryReadSignatureAlgorithms(content),
        ExtensionType.Alpn => HasAlpn || TryReadAlpn(content),
        ExtensionType.SupportedVersions => HasSupportedVersions || TryReadSupportedVersions(content),
        ExtensionType.EncryptedClientHello => HasEncryptedClientHello = true,
        _ => true,
    };

    private bool TryReadServerName(ReadOnlySpan<byte> content)
    {
        HasServerName = true;
        if (content.IsEmpty) return true;
        var reader = new VectorReader(content);
        if (!reader.TryReadVector16(out var list) || !reader.IsAtEnd) return false;
        for (var names = new VectorReader(list); !names.IsAtEnd;)
        {
            if (!names.TryReadByte(out var type) || !names.TryReadVector16(out var name)) return false;
            if (type == HostNameType && ServerName.IsEmpty) ServerName = name;
        }
        return true;
    }

    private bool TryReadGroups(ReadOnlySpan<byte> content)
    {
        _hasGroups = VectorReader.TryReadList16(content, out var list);
        SupportedGroups = list;
        return _hasGroups;
    }

    private bool TryReadSignatureAlgorithms(ReadOnlySpan<byte> content)
    {
        _hasSignatureAlgorithms = VectorReader.TryReadList16(content, out var list);
        SignatureAlgorithms = list;
        return _hasSignatureAlgorithms;
    }

    private bool TryReadPointFormats(ReadOnlySpan<byte> content)
    {
        _hasPointFormats = true;
        if (content.IsEmpty) return true;
        var reader = new VectorReader(content);
        if (!reader.TryReadVector8(out var formats) || !reader.IsAtEnd) return false;
        PointFormats = formats;
        return true;
    }

    private bool TryReadAlpn(ReadOnlySpan<byte> content)
    {
        HasAlpn = true;
        if (content.IsEmpty) return true;
        var reader = new VectorReader(content);
        if (!reader.TryReadVector16(out var names) || !reader.IsAtEnd) return false;
        AlpnNames = names;
        for (var rest = new VectorReader(names); !rest.IsAtEnd;)
            if (!rest.TryReadVector8(out _)) return false;
        return true;
    }

    private bool TryReadSupportedVersions(ReadOnlySpan<byte> content)
    {
        HasSupportedVersions = true;
        if (content.IsEmpty) return true;
        var reader = new VectorReader(content);
        if (!reader.TryReadVector8(out var versions) || !reader.IsAtEnd || versions.Length % 2 != 0) return false;
        SupportedVersions = versions;
        return true;
    }
}
