using System.Globalization;
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
        if (content is { Version: not 1, Dialect: { } dialect }) json.WriteString("dialect"u8, DialectName(dialect));
        if (content.Dialects.Count > 0)
        {
            json.WriteStartArray("client_dialects"u8);
            foreach (var offered in content.Dialects) json.WriteStringValue(content.Version == 1 ? offered : DialectName(offered));
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
        if (ntlm.OsVersion is { } version) json.WriteString("version"u8, VersionText(version, ntlm.Revision));
        json.WriteEndObject();
    }

    /// <summary><c>10.0.19041</c> and revision 15 as <c>10.0 build 19041 rev 15</c>.</summary>
    private static string VersionText(string version, int revision)
    {
        var build = version.LastIndexOf('.');
        return string.Create(CultureInfo.InvariantCulture, $"{version.AsSpan(0, build)} build {version.AsSpan(build + 1)} rev {revision}");
    }

    /// <summary>Suricata's name of a dialect of SMB 2 that has four hex digits here; others in decimal.</summary>
    private static string DialectName(string dialect) => dialect switch
    {
        "0202" => "2.02",
        "0210" => "2.10",
        "0222" => "2.22",
        "0224" => "2.24",
        "02ff" => "2.??",
        "0300" => "3.00",
        "0302" => "3.02",
        "0310" => "3.10",
        "0311" => "3.11",
        _ when ushort.TryParse(dialect, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) =>
            number.ToString(CultureInfo.InvariantCulture),
        _ => dialect,
    };
}
