using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every DHCPv4 and BOOTP row of the shared corpora, column by column, and nothing beyond them.</summary>
public sealed class DhcpGoldenSpecs
{
    private static readonly string[] Columns =
    [
        "op", "client_mac", "hlen", "msg_type", "option55", "option60", "option12", "option61_hex", "option81_hex", "option77_hex",
        "requested_ip", "giaddr", "ciaddr", "yiaddr", "xid", "option_order",
    ];

    private static readonly string[] Reasoned =
    [
        // Quoted inside an ICMP error: not sent by whoever sent the error.
        "miss  lan/iot-sentinel/HueBridge/Setup-C-1-STA.pcap frame 57: not found",
        "miss  lan/iot-sentinel/HueBridge/Setup-C-1-STA.pcap frame 58: not found",
        "miss  lan/iot-sentinel/HueBridge/Setup-C-13-STA.pcap frame 25: not found",
        "miss  lan/iot-sentinel/HueBridge/Setup-C-13-STA.pcap frame 26: not found",
        // A fuzzed type without a name: the table has it in hex, the contract in decimal.
        "miss  dhcp/ndpi-dhcp-fuzz.pcapng frame 1: msg_type '106', not '6a'",
        // Cut by the snap length inside option 55: the table has no row; the product tells what it read, without a list.
        "extra dhcp/synthetic-edge.pcap frame 29: discover",
    ];

    [Fact]
    public void Every_row_is_found_and_no_message_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read("dhcp/expected.tsv").GroupBy(row => row["pcap"]))
        {
            var found = StageRun.OfCorpus(file.Key).Observations.OfType<DhcpObservation>().ToList();
            foreach (var row in file)
            {
                var near = found.FirstOrDefault(o => o.Frame.ToString(CultureInfo.InvariantCulture) == row["frame"]);
                if (near is not null) found.Remove(near);
                var difference = near is null ? "not found" : Difference(row, near);
                if (difference.Length == 0) tally.Hit();
                else tally.Miss($"{file.Key} frame {row["frame"]}: {difference}");
            }
            foreach (var extra in found) tally.Extra($"{file.Key} frame {extra.Frame}: {extra.Event}");
        }
        tally.Report(Reasoned);
    }

    private static string Difference(GoldenRows.Row row, DhcpObservation found)
    {
        var json = StageRun.Json(found);
        var dhcp = json.GetProperty("dhcp");
        var differences = new List<string>();
        // In a tunnel the table names the outer sender, the observation the inner one.
        if (!row["protocols"].Contains("capwap", StringComparison.Ordinal)) Expect("ip_src", json.GetProperty("src_ip"));
        foreach (var column in Columns) Expect(column, dhcp.GetProperty(column));
        var device = json.GetProperty("device").GetString();
        // A zero or multicast chaddr names nobody: a lease query by address asks for the device at ciaddr.
        var isNamed = MacAddress.TryParse(row["client_mac"], out var mac) && mac.IsUnicast;
        if (isNamed && device != mac.ToString()) differences.Add($"device {device}");
        if (row["hlen"] == "6" && !isNamed && device != $"ip:default/0/{row["ciaddr"]}") differences.Add($"device {device}");
        return string.Join("; ", differences);

        void Expect(string column, JsonElement value)
        {
            var text = value.ValueKind == JsonValueKind.Array ? string.Join(',', value.EnumerateArray()) : value.ToString();
            if (!string.Equals(row[column], text, column == "client_mac" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
                differences.Add($"{column} '{text}', not '{row[column]}'");
        }
    }
}
