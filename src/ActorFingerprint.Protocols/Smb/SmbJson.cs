using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>The <c>smb</c> object of the observation contract (docs/formats.md).</summary>
internal static class SmbJson
{
    /// <summary>Writes the member with its name.</summary>
    public static void Write(Utf8JsonWriter json, SmbObservation observation)
    {
        var content = observation.Content;
        json.WriteStartObject("smb"u8);
        json.WriteNumber("version"u8, content.Version);
        json.WriteStartArray("dialects"u8);
        foreach (var dialect in content.Dialects) json.WriteStringValue(dialect);
        json.WriteEndArray();
        json.WriteString("dialect"u8, content.Dialect);
        WriteNumber(json, "security_mode"u8, content.SecurityMode);
        json.WriteString(
            "capabilities"u8, content.Capabilities is { } bits ? "0x" + bits.ToString("x8", CultureInfo.InvariantCulture) : null);
        WriteNumbers(json, "contexts"u8, content.Contexts);
        WriteNumbers(json, "ciphers"u8, content.Ciphers);
        json.WriteString("native_os"u8, content.NativeOs);
        json.WriteString("lan_manager"u8, content.LanManager);
        json.WriteString("domain"u8, content.Domain);
        json.WriteString("server_name"u8, content.ServerName);
        if (content.Ntlm is { } ntlm) WriteNtlm(json, ntlm);
        else json.WriteNull("ntlm"u8);
        json.WriteEndObject();
    }

    private static void WriteNtlm(Utf8JsonWriter json, NtlmContent ntlm)
    {
        json.WriteStartObject("ntlm"u8);
        json.WriteNumber("message_type"u8, ntlm.MessageType);
        json.WriteString("os_version"u8, ntlm.OsVersion);
        json.WriteString("workstation"u8, ntlm.Workstation);
        json.WriteString("target_name"u8, ntlm.TargetName);
        json.WriteString("netbios_name"u8, ntlm.NetbiosName);
        json.WriteString("netbios_domain"u8, ntlm.NetbiosDomain);
        json.WriteString("dns_name"u8, ntlm.DnsName);
        json.WriteString("dns_domain"u8, ntlm.DnsDomain);
        json.WriteString("dns_forest"u8, ntlm.DnsForest);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
