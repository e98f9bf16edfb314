using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ssh;

/// <summary>The <c>ssh</c> object of the observation contract (docs/formats.md).</summary>
internal static class SshJson
{
    /// <summary>Writes the member with its name.</summary>
    public static void Write(Utf8JsonWriter json, SshObservation observation)
    {
        var identified = observation as SshIdentificationObservation;
        var offered = observation as SshKeyExchangeObservation;
        var offer = offered?.Offer;
        json.WriteStartObject("ssh"u8);
        json.WriteString("role"u8, observation.IsServer ? "server" : "client");
        json.WriteString("identification"u8, identified?.Identification);
        json.WriteString("hassh"u8, observation.IsServer ? null : offered?.Hassh);
        json.WriteString("hassh_server"u8, observation.IsServer ? offered?.Hassh : null);
        json.WriteString("kex"u8, offer?.KeyExchange);
        json.WriteString("host_key"u8, offer?.HostKey);
        json.WriteString("enc_c2s"u8, offer?.CipherToServer);
        json.WriteString("enc_s2c"u8, offer?.CipherToClient);
        json.WriteString("mac_c2s"u8, offer?.MacToServer);
        json.WriteString("mac_s2c"u8, offer?.MacToClient);
        json.WriteString("comp_c2s"u8, offer?.CompressionToServer);
        json.WriteString("comp_s2c"u8, offer?.CompressionToClient);
        json.WriteString("lang_c2s"u8, offer?.LanguageToServer);
        json.WriteString("lang_s2c"u8, offer?.LanguageToClient);
        json.WriteEndObject();
    }
}
