using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Banners;

/// <summary>The <c>banner</c> object of the observation contract (docs/formats.md).</summary>
internal static class BannerJson
{
    /// <summary>Writes the member with its name.</summary>
    public static void Write(Utf8JsonWriter json, BannerObservation observation)
    {
        json.WriteStartObject("banner"u8);
        json.WriteString("service"u8, observation.Service);
        json.WriteString("text"u8, observation.Text);
        json.WriteEndObject();
    }
}
