using System.Text;
using System.Text.Json;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>The truth file of a home: one JSON line for each device, then one for each message in frame order.</summary>
internal static class HomeTruth
{
    public static void Write(TextWriter output, HomeCapture capture)
    {
        foreach (var device in capture.Stations.GroupBy(Key)) output.Write(Device(device, capture.Truth) + "\n");
        foreach (var expected in capture.Truth) output.Write(TruthWriter.Line(expected, "observation") + "\n");
    }

    /// <summary>The MAC address, or behind a router, where nothing on the wire shows one, the IP address.</summary>
    private static string Key(Station station) => station.Router is null ? station.Mac.ToString() : station.Address.ToString();

    private static string Device(IGrouping<string, Station> device, IReadOnlyList<Expectation> truth)
    {
        var first = device.First();
        var hellos =
            truth.OfType<TlsExpectation>().Where(tls => tls.ClientHello is not null
                && (tls.Device == device.Key || tls.Client.Address.ToString() == device.Key)).ToArray();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", "device");
            if (first.Router is null) json.WriteString("mac", device.Key);
            json.WriteString("model", first.Model.Name);
            if (first.Router is { } router) json.WriteString("behind", router.ToString());
            json.WriteString("host_name", first.HostName);
            List(json, "addresses", device.Select(station => station.Address.ToString()));
            List(json, "dhcp_lists", truth.OfType<DhcpExpectation>()
                .Where(dhcp => dhcp.Device == device.Key && dhcp.Message.Op == 1)
                .Select(dhcp => DhcpTruth.Value(dhcp.Message, 55)).OfType<byte[]>().Select(list => string.Join(',', list)));
            json.WriteNumber("client_hellos", hellos.Length);
            List(json, "ja4", hellos.Select(tls => (tls.IsQuic ? "q" : "t") + TlsTruth.Ja4(tls.ClientHello!)[1..]));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void List(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values.Distinct().Order(StringComparer.Ordinal)) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
