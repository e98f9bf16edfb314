using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dns;

namespace ActorFingerprint.Protocols.Names;

/// <summary>Writes the <c>names</c> object of the contract (docs/formats.md).</summary>
internal static class NamesJson
{
    public static void Write(Utf8JsonWriter json, DiscoveryObservation observation)
    {
        json.WriteStartObject("names"u8);
        json.WriteString("service"u8, observation switch
        {
            NetbiosNameObservation => "nbns",
            NetbiosDatagramObservation => "datagram",
            _ => "llmnr",
        });
        Write(json, (observation as NetbiosNameObservation)?.Message);
        Write(json, (observation as NetbiosDatagramObservation)?.Datagram);
        Write(json, (observation as LlmnrObservation)?.Message);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NetbiosMessage? message)
    {
        if (message is null) { json.WriteNull("nbns"u8); return; }
        json.WriteStartObject("nbns"u8);
        json.WriteBoolean("response"u8, message.IsResponse);
        json.WriteNumber("opcode"u8, (int)message.Operation);
        json.WriteNumber("rcode"u8, message.ResponseCode);
        json.WriteStartArray("questions"u8);
        foreach (var name in message.Questions)
        {
            json.WriteStartObject();
            WriteMembers(json, name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("records"u8);
        foreach (var record in message.Records) Write(json, record);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NetbiosRecord record)
    {
        json.WriteStartObject();
        WriteMembers(json, record.Name);
        json.WriteNumber("type"u8, record.Type);
        json.WriteBoolean("group"u8, record.IsGroup);
        json.WriteStartArray("addresses"u8);
        foreach (var address in record.Addresses) json.WriteStringValue(address.ToString());
        json.WriteEndArray();
        json.WriteStartArray("node_names"u8);
        foreach (var (name, isGroup) in record.NodeNames)
        {
            json.WriteStartObject();
            WriteMembers(json, name);
            json.WriteBoolean("group"u8, isGroup);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NetbiosDatagram? datagram)
    {
        if (datagram is null) { json.WriteNull("datagram"u8); return; }
        json.WriteStartObject("datagram"u8);
        WriteName(json, "source"u8, datagram.Source);
        json.WriteString("source_ip"u8, datagram.SourceAddress.ToString());
        WriteName(json, "destination"u8, datagram.Destination);
        Write(json, datagram.Browser);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BrowserAnnouncement? browser)
    {
        if (browser is null) { json.WriteNull("browser"u8); return; }
        json.WriteStartObject("browser"u8);
        json.WriteNumber("command"u8, (int)browser.Command);
        json.WriteString("server"u8, browser.Server);
        WriteNumber(json, "os_major"u8, browser.OsMajor);
        WriteNumber(json, "os_minor"u8, browser.OsMinor);
        json.WriteString("server_type"u8, browser.ServerType?.ToString("x8", CultureInfo.InvariantCulture));
        json.WriteString("comment"u8, browser.Comment);
        json.WriteString("master"u8, browser.Master);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DnsMessage? message)
    {
        if (message is null) { json.WriteNull("llmnr"u8); return; }
        json.WriteStartObject("llmnr"u8);
        DnsJson.Write(json, message);
        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, ReadOnlySpan<byte> member, NetbiosName name)
    {
        json.WriteStartObject(member);
        WriteMembers(json, name);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, NetbiosName name)
    {
        json.WriteString("name"u8, name.Name);
        json.WriteString("suffix"u8, name.Suffix.ToString("x2", CultureInfo.InvariantCulture));
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> member, byte? number)
    {
        if (number is { } value) json.WriteNumber(member, value);
        else json.WriteNull(member);
    }
}
