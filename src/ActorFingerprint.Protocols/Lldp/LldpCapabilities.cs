using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>Names of the system capabilities (IEEE 802.1AB table 8-4).</summary>
internal static class LldpCapabilities
{
    private static readonly string[] Names =
        ["other", "repeater", "bridge", "wlan-ap", "router", "telephone", "docsis", "station", "c-vlan", "s-vlan", "two-port-relay"];

    /// <summary>The enabled ones of a value: two bytes of what the system can, two of what it does. Null when it is shorter.</summary>
    public static IReadOnlyList<string>? Enabled(ReadOnlySpan<byte> value)
    {
        if (value.Length < 4) return null;
        var bits = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
        return [.. Names.Where((_, bit) => (bits >> bit & 1) != 0)];
    }
}
