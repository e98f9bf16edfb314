namespace ActorFingerprint.Protocols.Tls;

/// <summary>Extension types that the readers look into (IANA TLS ExtensionType registry).</summary>
internal static class ExtensionType
{
    public const ushort ServerName = 0;
    public const ushort SupportedGroups = 10;
    public const ushort EcPointFormats = 11;
    public const ushort SignatureAlgorithms = 13;
    public const ushort Alpn = 16;
    public const ushort SupportedVersions = 43;
    public const ushort EncryptedClientHello = 0xFE0D;
}

/// <summary>Walks an extension block (RFC 8446 §4.2). Never throws, never allocates.</summary>
internal ref struct ExtensionReader(ReadOnlySpan<byte> block)
{
    private VectorReader _rest = new(block);

    /// <summary>The walk stopped within an extension.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads one extension.</summary>
    public bool TryRead(out ushort type, out ReadOnlySpan<byte> content)
    {
        content = default;
        type = 0;
        if (_rest.IsAtEnd) return false;
        if (_rest.TryReadUInt16(out type) && _rest.TryReadVector16(out content)) return true;
        IsFaulty = true;
        return false;
    }

    /// <summary>The types in <paramref name="block"/> in wire order.</summary>
    public static ushort[] Types(ReadOnlySpan<byte> block)
    {
        var count = 0;
        for (var reader = new ExtensionReader(block); reader.TryRead(out _, out _);) count++;
        if (count == 0) return [];
        var types = new ushort[count];
        count = 0;
        for (var reader = new ExtensionReader(block); reader.TryRead(out var type, out _);) types[count++] = type;
        return types;
    }
}
