using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>The <c>lldp</c> object of the observation contract (docs/formats.md).</summary>
internal static class LldpJson
{
    public static void Write(Utf8JsonWriter json, LldpObservation observation)
    {
        var unit = observation.Unit;
        json.WriteStartObject("lldp"u8);
        json.WriteString("chassis_id"u8, unit.ChassisId);
        json.WriteString("port_id"u8, unit.PortId);
        json.WriteNumber("ttl"u8, unit.TimeToLive);
        json.WriteString("port_description"u8, unit.PortDescription);
        json.WriteString("system_name"u8, unit.SystemName);
        json.WriteString("system_description"u8, unit.SystemDescription);
        json.WriteStartArray("capabilities"u8);
        foreach (var capability in unit.Capabilities ?? []) json.WriteStringValue(capability);
        json.WriteEndArray();
        json.WriteStartArray("management_addresses"u8);
        foreach (var address in unit.ManagementAddresses) json.WriteStringValue(address.ToString());
        json.WriteEndArray();
        if (unit.DeviceClass is { } deviceClass) json.WriteNumber("class"u8, deviceClass);
        else json.WriteNull("class"u8);
        json.WriteString("manufacturer"u8, unit.Manufacturer);
        json.WriteString("model"u8, unit.Model);
        json.WriteString("hardware"u8, unit.Hardware);
        json.WriteString("firmware"u8, unit.Firmware);
        json.WriteString("software"u8, unit.Software);
        json.WriteBoolean("partial"u8, observation.IsPartial);
        json.WriteEndObject();
    }
}
