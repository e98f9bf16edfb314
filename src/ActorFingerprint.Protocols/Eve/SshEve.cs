using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>The <c>ssh</c> event: one for each message of a side, where Suricata writes one a connection.</summary>
internal static class SshEve
{
    private const string Prefix = "SSH-";

    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not SshObservation ssh) return;
        json.WriteStartObject("ssh"u8);
        json.WriteStartObject(ssh.IsServer ? "server"u8 : "client"u8);
        if (ssh is SshIdentificationObservation { Identification: { } text }) WriteVersions(json, text);
        if (ssh is SshKeyExchangeObservation { Offer: { } offer } exchange)
        {
            json.WriteStartObject("hassh"u8);
            json.WriteString("hash"u8, exchange.Hassh);
            json.WriteString("string"u8, ssh.IsServer
                ? $"{offer.KeyExchange};{offer.CipherToClient};{offer.MacToClient};{offer.CompressionToClient}"
                : $"{offer.KeyExchange};{offer.CipherToServer};{offer.MacToServer};{offer.CompressionToServer}");
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary><c>SSH-2.0-OpenSSH_9.6 comment</c>: the version of the protocol, then that of the software.</summary>
    private static void WriteVersions(Utf8JsonWriter json, string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return;
        var end = text.IndexOf('-', Prefix.Length);
        if (end < 0) return;
        json.WriteString("proto_version"u8, text[Prefix.Length..end]);
        json.WriteString("software_version"u8, text[(end + 1)..].Split(' ')[0]);
    }
}
