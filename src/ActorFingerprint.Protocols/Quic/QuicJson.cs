using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>The <c>quic</c> object of the observation contract (docs/formats.md).</summary>
internal static class QuicJson
{
    /// <summary>Writes the object; members always present and in this order.</summary>
    public static void Write(Utf8JsonWriter json, QuicFacts facts)
    {
        json.WriteStartObject("quic"u8);
        json.WriteString("version"u8, $"0x{facts.Version:x8}");
        json.WriteString("quic_params"u8, facts.Parameters);
        json.WriteString("param_order"u8, facts.ParameterOrder);
        if (facts.UserAgent is null) json.WriteNull("user_agent"u8);
        else json.WriteString("user_agent"u8, facts.UserAgent);
        json.WriteEndObject();
    }
}
