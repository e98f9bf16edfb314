using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>Names of the capability bits.</summary>
internal static class CdpCapabilities
{
    private static readonly string[] Names =
    [
        "router", "transparent-bridge", "source-route-bridge", "switch", "host", "igmp", "repeater", "phone", "remotely-managed", "cvta",
        "two-port-relay",
    ];

    /// <summary>The set bits of a value, lowest first; null when it is shorter than 4 bytes.</summary>
    public static IReadOnlyList<string>? Of(ReadOnlySpan<byte> value)
    {
        if (value.Length < 4) return null;
        var bits = BinaryPrimitives.ReadUInt32BigEndian(value);
        return [.. Names.Where((_, bit) => (bits >> bit & 1) != 0)];
    }
}
