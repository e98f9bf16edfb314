using System.Globalization;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Arp;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every ARP binding of the shared corpora: all packets on the reader, the first of each through the stage.</summary>
public sealed class ArpGoldenSpecs
{
    private static readonly string[] NoDevice =
    [
        // A hardware address of 255 bytes, or a network address of none: no binding of Ethernet and IPv4 (RFC 826).
        "miss  lan/zeek-arp-leak.pcap  192.168.123.1: not observed",
        "miss  lan/zeek-arp-leak.pcap  192.168.123.2: not observed",
        "miss  lan/zeek-arp-leak.pcap 7e:8e:20:d8:23:a7 : not observed",
        "miss  lan/zeek-arp-leak.pcap 52:54:00:12:34:57 : not observed",
        "miss  lan/zeek-arp-leak.pcap  : not observed",
    ];

    [Fact]
    public void Every_row_is_read_with_its_first_frame_count_and_operations()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read("lan/expected-arp.tsv").GroupBy(row => row["pcap"]))
        {
            var found = Read(file.Key);
            foreach (var row in file)
            {
                var sender = (row["mac"], row["ip"]);
                if (!found.Remove(sender, out var packets))
                {
                    tally.Miss($"{file.Key} {row["mac"]} {row["ip"]}: not found");
                    continue;
                }
                var operations = string.Join(',', packets.Select(packet => packet.Operation).Distinct().Order());
                var text = $"first {packets[0].Frame} count {packets.Count} operations {operations}";
                var expected = $"first {row["first_frame"]} count {row["count"]} operations {row["opcodes"]}";
                if (text == expected) tally.Hit();
                else tally.Miss($"{file.Key} {row["mac"]} {row["ip"]}: {text}, not {expected}");
            }
            foreach (var extra in found.Keys) tally.Extra($"{file.Key} {extra}");
        }
        tally.Report([]);
    }

    [Fact]
    public void Every_binding_is_observed_at_its_first_frame()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read("lan/expected-arp.tsv").GroupBy(row => row["pcap"]))
        {
            var observed = StageRun.OfCorpus(file.Key).Observations.OfType<ArpObservation>().ToList();
            foreach (var row in file)
            {
                var isFound = observed.Exists(packet =>
                    packet.Frame.ToString(CultureInfo.InvariantCulture) == row["first_frame"]
                    && packet.Source.ToString() == row["ip"]
                    && packet.OwnAddress.ToString() == (row["ip"] == "0.0.0.0" ? "" : row["ip"])
                    && packet.Device.ToString() == "mac:" + row["mac"].ToUpperInvariant());
                if (isFound) tally.Hit();
                else tally.Miss($"{file.Key} {row["mac"]} {row["ip"]}: not observed");
            }
        }
        tally.Report(NoDevice);
    }

    private static Dictionary<(string Mac, string Ip), List<(long Frame, int Operation)>> Read(string path)
    {
        var found = new Dictionary<(string Mac, string Ip), List<(long Frame, int Operation)>>();
        var test = new InterestTest(new InterestOptions { Protocols = ProtocolSet.Arp });
        PacketHeader header = default;
        foreach (var frame in TestCaptures.ReadCorpus(path))
        {
            var interest = test.Test(frame.LinkType, frame.Bytes, frame.WireLength, frame.Frame, frame.AtTicks, ref header, out var payload);
            if (interest != Interest.Arp || !ArpPacket.TryRead(payload, out var packet)) continue;
            var mac = packet.SenderMac == MacAddress.None ? "" : packet.SenderMac.ToString().ToLowerInvariant();
            var sender = (mac, packet.SenderAddress.ToString());
            if (!found.TryGetValue(sender, out var packets)) found.Add(sender, packets = []);
            packets.Add((frame.Frame, packet.Operation));
        }
        return found;
    }
}
