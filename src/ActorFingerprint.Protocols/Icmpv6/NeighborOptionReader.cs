namespace ActorFingerprint.Protocols.Icmpv6;

/// <summary>Walks the options of a neighbour discovery message (RFC 4861 §4.6). Never throws, never allocates.</summary>
/// <param name="options">The bytes behind the fixed fields.</param>
public ref struct NeighborOptionReader(ReadOnlySpan<byte> options)
{
    private const int Unit = 8;

    private ReadOnlySpan<byte> _rest = options;

    /// <summary>An option is cut or has no length: the whole message is void.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads one option; <paramref name="value"/> is what follows type and length, padding included.</summary>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < 2 || _rest[1] == 0 || _rest[1] * Unit > _rest.Length)
        {
            IsFaulty = true;
            _rest = default;
            return false;
        }
        type = _rest[0];
        value = _rest[2..(_rest[1] * Unit)];
        _rest = _rest[(_rest[1] * Unit)..];
        return true;
    }
}

/// <summary>Option types that are looked into (RFC 4861, RFC 8106).</summary>
internal static class NeighborOption
{
    public const byte SourceLinkLayer = 1;
    public const byte TargetLinkLayer = 2;
    public const byte Prefix = 3;
    public const byte Mtu = 5;
    public const byte RecursiveDns = 25;
}
