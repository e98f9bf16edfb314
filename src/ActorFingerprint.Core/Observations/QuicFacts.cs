namespace ActorFingerprint.Core.Observations;

/// <summary>
/// What QUIC itself tells of the stack that sent a ClientHello: version and transport parameters (RFC 9000 §18). Immutable, and shared
/// between hellos that agree in all of it.
/// </summary>
public sealed class QuicFacts
{
    /// <summary>Version number of the packet in which the hello ended.</summary>
    public required uint Version { get; init; }

    /// <summary>
    /// The transport parameters in the canonical text of docs/formats.md: sorted by number, without what is drawn for each connection; at
    /// most 3,000 ASCII characters. Null when the hello has none.
    /// </summary>
    public string? Parameters { get; init; }

    /// <summary>Their numbers in wire order without GREASE, at most 64; some stacks shuffle them for each connection.</summary>
    public ulong[] ParameterOrder { get; init; } = [];

    /// <summary>Google's user_agent parameter (0x3129), escaped, its first 256 bytes; null when it is absent or empty.</summary>
    public string? UserAgent { get; init; }
}
