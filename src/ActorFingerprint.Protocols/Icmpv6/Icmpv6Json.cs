using System.Text.Json;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Icmpv6;

/// <summary>The <c>icmpv6</c> object of the observation contract (docs/formats.md).</summary>
internal static class Icmpv6Json
{
    public static void Write(Utf8JsonWriter json, NeighborObservation message)
    {
        var isAdvertisement = message.Type == NeighborMessageType.NeighborAdvertisement;
        json.WriteStartObject("icmpv6"u8);
        json.WriteNumber("type"u8, (int)message.Type);
        json.WriteString("target"u8, message.Target.IsNone ? null : message.Target.ToString());
        WriteFlag(json, "router"u8, isAdvertisement, message.IsRouter);
        WriteFlag(json, "solicited"u8, isAdvertisement, message.IsSolicited);
        WriteFlag(json, "override"u8, isAdvertisement, message.IsOverride);
        json.WriteString("link_address"u8, MacText(message.LinkLayerAddress));
        json.WriteString("frame_mac"u8, MacText(message.FrameMac));
        json.WriteString("holder_mac"u8, MacText(message.Holder));
        json.WriteString("advertisement"u8, message.Advertisement);
        json.WriteEndObject();
    }

    private static void WriteFlag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool applies, bool flag)
    {
        if (applies) json.WriteBoolean(name, flag);
        else json.WriteNull(name);
    }

    private static string? MacText(MacAddress mac) => mac == MacAddress.None ? null : mac.ToString();
}
