using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>
/// Observations as Suricata's EVE JSON writes events (docs/formats.md, "EVE"), so that what reads EVE reads these: one object an
/// observation. Members of EVE that are not known are left out, as there.
/// </summary>
public static class EveJson
{
    /// <summary>1 is the highest; 2 is what Suricata gives to what may be bad.</summary>
    private const int AlertSeverity = 2;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'+0000'";

    /// <summary>How a writer is to escape: only what JSON must, so that times and ids stand in a line as Suricata writes them.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes the event of one observation. The caller ends the line.</summary>
    /// <param name="json">Where to; between two values.</param>
    /// <param name="observation">What was seen.</param>
    /// <param name="pcapName">Name of the source that held the frame.</param>
    /// <param name="frameInFile">1-based number of the frame in that source.</param>
    public static void Write(Utf8JsonWriter json, Observation observation, string pcapName, long frameInFile)
    {
        var type = EveEventType.Of(observation);
        json.WriteStartObject();
        WriteCommon(json, observation, type, type.Name, pcapName, frameInFile);
        type.Write(json, observation);
        WriteDevice(json, observation);
        json.WriteEndObject();
    }

    /// <summary>Writes the <c>alert</c> of a value that a watchlist names, with the event's own object as Suricata does.</summary>
    public static void WriteAlert(Utf8JsonWriter json, Observation observation, WatchlistEntry hit, string pcapName, long frameInFile)
    {
        var type = EveEventType.Of(observation);
        json.WriteStartObject();
        WriteCommon(json, observation, type, "alert", pcapName, frameInFile);
        json.WriteStartObject("alert"u8);
        json.WriteString("action"u8, "allowed");
        json.WriteNumber("gid"u8, 1);
        json.WriteNumber("signature_id"u8, hit.SignatureId);
        json.WriteNumber("rev"u8, 1);
        json.WriteString("signature"u8, hit.Text);
        json.WriteString("category"u8, "Watchlist");
        json.WriteNumber("severity"u8, AlertSeverity);
        json.WriteEndObject();
        json.WriteString("app_proto"u8, type.Name);
        type.Write(json, observation);
        WriteDevice(json, observation);
        json.WriteEndObject();
    }

    private static void WriteCommon(
        Utf8JsonWriter json, Observation observation, EveEventType type, string name, string pcapName, long frameInFile)
    {
        var flow = EveFlow.Of(observation, type.Transport);
        var at = new DateTime(observation.AtTicks, DateTimeKind.Utc);
        json.WriteString("timestamp"u8, at.ToString(TimeFormat, CultureInfo.InvariantCulture));
        if (flow.Id is { } id) json.WriteNumber("flow_id"u8, id);
        json.WriteNumber("pcap_cnt"u8, frameInFile);
        json.WriteString("event_type"u8, name);
        if (observation.Vlan > 0)
        {
            json.WriteStartArray("vlan"u8);
            json.WriteNumberValue(observation.Vlan);
            json.WriteEndArray();
        }
        var from = (Address: observation.Source, Port: observation.SourcePort);
        var to = (Address: observation.Destination, Port: observation.DestinationPort);
        if (EveEventType.IsOfServer(observation)) (from, to) = (to, from);
        if (!from.Address.IsNone) json.WriteString("src_ip"u8, from.Address.ToString());
        if (type.HasPorts) json.WriteNumber("src_port"u8, from.Port);
        if (!to.Address.IsNone) json.WriteString("dest_ip"u8, to.Address.ToString());
        if (type.HasPorts) json.WriteNumber("dest_port"u8, to.Port);
        if (type.ProtocolName is { } protocol) json.WriteString("proto"u8, protocol);
        if (flow.CommunityId is { } community) json.WriteString("community_id"u8, community);
        json.WriteString("pcap_filename"u8, pcapName);
    }

    /// <summary>What EVE has no place for, in an object of our own.</summary>
    private static void WriteDevice(Utf8JsonWriter json, Observation observation)
    {
        json.WriteStartObject("actorfp"u8);
        var device = observation.Device;
        json.WriteString("device"u8, device.Kind == DeviceKeyKind.Mac ? device.Mac.ToString() : device.ToString());
        json.WriteString("protocol"u8, observation.Protocol);
        json.WriteString("event"u8, observation.Event);
        json.WriteEndObject();
    }
}
