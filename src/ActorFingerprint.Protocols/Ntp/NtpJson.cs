using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ntp;

/// <summary>The <c>ntp</c> object of the observation contract (docs/formats.md).</summary>
internal static class NtpJson
{
    public static void Write(Utf8JsonWriter json, NtpObservation observation)
    {
        var header = observation.Header;
        json.WriteStartObject("ntp"u8);
        json.WriteNumber("version"u8, header.Version);
        json.WriteNumber("mode"u8, (int)header.Mode);
        WriteNumber(json, "leap"u8, header.IsTime, header.Leap);
        WriteNumber(json, "stratum"u8, header.IsTime, header.Stratum);
        WriteNumber(json, "poll"u8, header.IsTime, header.Poll);
        WriteNumber(json, "precision"u8, header.IsTime, header.Precision);
        if (header.IsTime) json.WriteString("reference_id"u8, $"{header.ReferenceId:x8}");
        else json.WriteNull("reference_id"u8);
        json.WriteString("stack"u8, NtpFact.Of(header));
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool isThere, int value)
    {
        if (isThere) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
