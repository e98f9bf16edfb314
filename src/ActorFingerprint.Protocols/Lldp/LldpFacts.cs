using System.Globalization;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>
/// What a data unit says of its sender, one fact <c>name=value</c> for each part, so that a change of one repeats no other.
/// </summary>
internal static class LldpFacts
{
    /// <summary>Facts in a fixed order; nothing for parts that are absent.</summary>
    public static IReadOnlyList<DeviceFact> Of(LldpUnit unit)
    {
        var facts = new List<DeviceFact>();
        Add("chassis", unit.ChassisId);
        Add("port", unit.PortId);
        Add("port-description", unit.PortDescription);
        Add("description", unit.SystemDescription);
        Add("capabilities", unit.Capabilities is [_, ..] capabilities ? string.Join(',', capabilities) : null);
        foreach (var address in unit.ManagementAddresses) Add("management", address.ToString());
        Add("class", unit.DeviceClass?.ToString(CultureInfo.InvariantCulture));
        Add("manufacturer", unit.Manufacturer);
        Add("model", unit.Model);
        Add("hardware", unit.Hardware);
        Add("firmware", unit.Firmware);
        Add("software", unit.Software);
        return facts;

        void Add(string name, string? value)
        {
            if (value is not null) facts.Add(BoundedText.Fact(FactKind.Lldp, name, value));
        }
    }
}
