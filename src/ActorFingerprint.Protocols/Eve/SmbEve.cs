using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>The <c>smb</c> event of a negotiate or session setup message. User names are never in it: they are not read.</summary>
internal static class SmbEve
{
    public static void Write(Utf8JsonWriter json, Observation observation)
    {
        if (observation is not SmbObservation { Content: { } content }) return;
        json.WriteStartObject("smb"u8);
        json.WriteString("command"u8, (content.Version, content.IsSessionSetup) switch
        {
            (1, false) => "SMB1_COMMAND_NEGOTIATE_PROTOCOL",
            (1, true) => "SMB1_COMMAND_SESSION_SETUP_ANDX",
            (_, false) => "SMB2_COMMAND_NEGOTIATE_PROTOCOL",
            _ => "SMB2_COMMAND_SESSION_SETUP",
        });
        if (content.Dialect is { } dialect) json.WriteString("dialect"u8, dialect);
        if (content.Dialects.Count > 0)
        {
            json.WriteStartArray("client_dialects"u8);
            foreach (var offered in content.Dialects) json.WriteStringValue(offered);
            json.WriteEndArray();
        }
        if (content.NativeOs is not null || content.LanManager is not null) WriteNative(json, content);
        if (content.Ntlm is { } ntlm) WriteNtlm(json, ntlm);
        json.WriteEndObject();
    }

    private static void WriteNative(Utf8JsonWriter json, SmbContent content)
    {
        json.WriteStartObject(content.IsServer ? "response"u8 : "request"u8);
        if (content.NativeOs is { } system) json.WriteString("native_os"u8, system);
        if (content.LanManager is { } manager) json.WriteString("native_lm"u8, manager);
        json.WriteEndObject();
    }

    private static void WriteNtlm(Utf8JsonWriter json, NtlmContent ntlm)
    {
        json.WriteStartObject("ntlmssp"u8);
        if (ntlm.Workstation is { } host) json.WriteString("host"u8, host);
        if (ntlm.OsVersion is { } version) json.WriteString("version"u8, version);
        json.WriteEndObject();
    }
}
