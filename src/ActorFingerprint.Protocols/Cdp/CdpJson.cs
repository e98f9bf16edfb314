using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>The <c>cdp</c> object of the observation contract (docs/formats.md).</summary>
internal static class CdpJson
{
    public static void Write(Utf8JsonWriter json, CdpObservation observation)
    {
        var packet = observation.Packet;
        json.WriteStartObject("cdp"u8);
        json.WriteNumber("version"u8, packet.Version);
        json.WriteNumber("ttl"u8, packet.TimeToLive);
        json.WriteString("device_id"u8, packet.DeviceId);
        json.WriteString("software"u8, packet.Software);
        json.WriteString("platform"u8, packet.Platform);
        json.WriteString("port_id"u8, packet.PortId);
        json.WriteStartArray("capabilities"u8);
        foreach (var capability in packet.Capabilities ?? []) json.WriteStringValue(capability);
        json.WriteEndArray();
        json.WriteStartArray("addresses"u8);
        foreach (var address in packet.Addresses) json.WriteStringValue(address.ToString());
        json.WriteEndArray();
        if (packet.NativeVlan is { } vlan) json.WriteNumber("native_vlan"u8, vlan);
        else json.WriteNull("native_vlan"u8);
        json.WriteBoolean("partial"u8, observation.IsPartial);
        json.WriteEndObject();
    }
}
