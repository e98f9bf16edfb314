using System.Text.Json;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Handshakes;

/// <summary>The <c>tcp</c> object of the observation contract (docs/formats.md).</summary>
internal static class HandshakeJson
{
    public static void Write(Utf8JsonWriter json, TcpHandshakeObservation observation)
    {
        var segment = observation.Segment;
        json.WriteStartObject("tcp"u8);
        json.WriteString("signature"u8, observation.Signature);
        json.WriteNumber("ttl"u8, segment.TimeToLive);
        WriteNumber(json, "distance"u8, segment.Distance);
        if (segment.IsV6) json.WriteNull("df"u8);
        else json.WriteBoolean("df"u8, (segment.Quirks & TcpQuirks.DontFragment) != 0);
        WriteNumber(json, "ip_id"u8, segment.IsV6 ? null : segment.NetworkId);
        json.WriteNumber("ip_header_length"u8, segment.NetworkHeaderLength);
        json.WriteNumber("tcp_header_length"u8, segment.TcpHeaderLength);
        json.WriteNumber("window"u8, segment.Window);
        json.WriteStartArray("options"u8);
        foreach (var kind in segment.OptionKinds) json.WriteNumberValue(kind);
        json.WriteEndArray();
        WriteNumber(json, "mss"u8, segment.SegmentSize);
        WriteNumber(json, "wscale"u8, segment.WindowScale);
        WriteNumber(json, "tsval"u8, segment.Timestamp);
        WriteNumber(json, "tsecr"u8, segment.EchoedTimestamp);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
