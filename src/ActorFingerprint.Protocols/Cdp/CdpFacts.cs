using System.Globalization;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>What a packet says of its sender, one fact <c>name=value</c> for each part, so that a change of one repeats no other.</summary>
internal static class CdpFacts
{
    /// <summary>Facts in a fixed order; nothing for parts that are absent.</summary>
    public static IReadOnlyList<DeviceFact> Of(CdpPacket packet)
    {
        var facts = new List<DeviceFact>();
        Add("platform", packet.Platform);
        Add("software", packet.Software);
        Add("capabilities", packet.Capabilities is [_, ..] capabilities ? string.Join(',', capabilities) : null);
        Add("port", packet.PortId);
        Add("native-vlan", packet.NativeVlan?.ToString(CultureInfo.InvariantCulture));
        foreach (var address in packet.Addresses) Add("address", address.ToString());
        return facts;

        void Add(string name, string? value)
        {
            if (value is not null) facts.Add(BoundedText.Fact(FactKind.Cdp, name, value));
        }
    }
}
