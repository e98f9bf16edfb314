using System.Globalization;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every DHCPv6 row of the shared corpora, column by column, and nothing beyond them.</summary>
public sealed class Dhcpv6GoldenSpecs
{
    private static readonly string[] Reasoned =
    [
        // DHCPv6 runs over IPv6 alone (RFC 8415 §7): on these ports over IPv4 there is no message, and here only random bytes.
        "miss  dhcp/tcpdump-dhcp6_reconf_asan.pcap frame 1: not found",
    ];

    [Fact]
    public void Every_row_is_found_and_no_message_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read("dhcp/expected-dhcpv6.tsv").GroupBy(row => row["pcap"]))
        {
            var found = StageRun.OfCorpus(file.Key).Observations.OfType<Dhcpv6Observation>().ToList();
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

    private static string Difference(GoldenRows.Row row, Dhcpv6Observation found)
    {
        var message = found.Message;
        var differences = new List<string>();
        Expect("ip_src", found.Source.ToString());
        Expect("msgtype", string.Join(',', found.Relays.Select(relay => (int)relay.Type).Append((int)message.Type)));
        Expect("xid", $"0x{message.TransactionId:x6}");
        Expect("duid_hex", string.Join(',', new[] { message.ClientDuid, message.ServerDuid }.OfType<byte[]>().Select(Convert.ToHexStringLower)));
        Expect("option_order", string.Join(',', Order(found.Relays, message)));
        Expect("option_request", string.Join(',', message.OptionRequest ?? []));
        Expect("vendor_enterprise", string.Join(',', message.VendorClasses.Select(vendor => vendor.Enterprise)));
        Expect("vendor_class_data", string.Join(',', message.VendorClasses.SelectMany(vendor => vendor.Data)));
        Expect("fqdn", message.Fqdn ?? "");
        if (found.Relays.Count == 0 && row["src_mac"].Length > 0 && message.IsFromClient)
            Equal("device", found.Device.ToString(), "mac:" + row["src_mac"].ToUpperInvariant());
        return string.Join("; ", differences);

        void Expect(string column, string value) => Equal(column, value, row[column]);

        void Equal(string what, string value, string expected)
        {
            if (value != expected) differences.Add($"{what} '{value}', not '{expected}'");
        }
    }

    /// <summary>The table walks into a relayed message where its option stands.</summary>
    private static IEnumerable<int> Order(IEnumerable<Dhcpv6Relay> relays, Dhcpv6Message message) =>
        relays.Any()
            ? relays.First().OptionOrder.SelectMany(code => code == 9 ? Order(relays.Skip(1), message).Prepend(9) : [code])
            : message.OptionOrder;
}
