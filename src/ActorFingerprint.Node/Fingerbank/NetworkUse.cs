using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>Everything that the node would send to other machines by these options: who, where to, and what exactly.</summary>
/// <param name="Name">The part of the node that sends.</param>
/// <param name="SwitchedOnBy">The option that allows it.</param>
/// <param name="To">Where to.</param>
/// <param name="Sends">What, line by line.</param>
public sealed record NetworkUse(string Name, string SwitchedOnBy, string To, IReadOnlyList<string> Sends)
{
    private static readonly ApiSignals ExampleSignals = new()
    {
        DhcpFingerprint = "1,3,6,15,119,252",
        DhcpVendor = "example 1.0",
        Dhcp6Fingerprint = "23,24",
        UserAgents = ["Example/1.0"],
    };

    /// <summary>All uses; empty when nothing is sent.</summary>
    public static IReadOnlyList<NetworkUse> Of(ActorFingerprintOptions options) =>
    [
        .. options.Fingerbank.Enabled ? [OfFingerbank(options.Fingerbank)] : Array.Empty<NetworkUse>(),
        .. options.Probing.Ja3S ? [OfJa3S(options)] : Array.Empty<NetworkUse>(),
        .. options.Probing.Upnp ? [OfUpnp(options)] : Array.Empty<NetworkUse>(),
    ];

    /// <summary>The uses as text for people.</summary>
    public static string ToText(IReadOnlyList<NetworkUse> uses)
    {
        if (uses.Count == 0) return "Nothing is sent to other machines: no option that allows it is on.\n";
        var text = new StringBuilder();
        foreach (var use in uses)
        {
            text.Append(CultureInfo.InvariantCulture, $"{use.Name} ({use.SwitchedOnBy} = true)\n  to {use.To}\n");
            foreach (var line in use.Sends) text.Append("  ").Append(line).Append('\n');
        }
        return text.Append("Nothing else is sent to other machines.\n").ToString();
    }

    /// <summary>The uses as JSON.</summary>
    public static string ToJson(IReadOnlyList<NetworkUse> uses)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var use in uses)
            {
                json.WriteStartObject();
                json.WriteString("name", use.Name);
                json.WriteString("option", use.SwitchedOnBy);
                json.WriteString("to", use.To);
                json.WriteStartArray("sends");
                foreach (var line in use.Sends) json.WriteStringValue(line);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static NetworkUse OfJa3S(ActorFingerprintOptions options) => new("JA3S", "probing.ja3s", LocalDevices(options),
    [
        "one TCP connection to port 443 or 8443 of a device that was seen to accept connections there",
        $"one ClientHello, the same for every device, without a server name: {Convert.ToHexStringLower(ServerHelloProbe.Question)}",
        RateOf(options.Probing),
    ]);

    private static NetworkUse OfUpnp(ActorFingerprintOptions options) => new("UPnP descriptions", "probing.upnp", LocalDevices(options),
    [
        "one GET of the path that the device announced over SSDP, at its own address; redirects are not followed",
        $"headers: User-Agent: {FingerbankClient.Agent}, Host",
        RateOf(options.Probing),
    ]);

    private static string LocalDevices(ActorFingerprintOptions options) =>
        "devices of the local networks: private addresses"
        + string.Concat(options.Capture.LocalNetworks.Select(network => ", " + network)) + "; no name is resolved";

    private static string RateOf(ProbingOptions options) =>
        $"one every {Units.Format(options.Interval)} at most, to one device once in {Units.Format(options.RepeatAfter)}";

    private static NetworkUse OfFingerbank(FingerbankOptions options)
    {
        var uri = new Uri(options.Address);
        var fields = options.SentFields;
        var question = ApiQuestion.Of(new MacAddress(0x001EC2000001), ExampleSignals, fields);
        return new NetworkUse("Fingerbank", "fingerbank.enabled", $"{uri.Host}, port {uri.Port}; its name is asked of the system's resolver",
        [
            $"POST {options.Address}; no proxy, redirects are not followed",
            "headers: Authorization: Bearer (the key), Accept: application/json, Content-Type: application/json, "
                + $"User-Agent: {FingerbankClient.Agent}, Host, Content-Length",
            "body: one JSON object about one device, with these members where they are known:",
            .. ApiFields.All.Where(f => fields.Contains(f.Field)).Select(f => $"  {f.Name}: {f.Holds}"),
            $"such as {Encoding.UTF8.GetString(question!.Body.Span)}",
            string.Create(CultureInfo.InvariantCulture,
                $"at most {SyncPlan.BatchSize} in a row, then {SyncPlan.BatchGap.TotalSeconds} s of rest; ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{options.HourlyLimit} an hour, {options.DailyLimit} a day, {options.MonthlyLimit} a month"),
        ]);
    }
}
