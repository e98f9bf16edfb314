using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Network;

/// <summary>Every message that the shared corpora name must reach its stage with the right addresses.</summary>
public sealed class GoldenCorpusSpecs
{
    private const string NoCorpora = "the shared corpora are absent";

    /// <summary>Rows whose frame need not be interesting, and why.</summary>
    private static readonly Dictionary<(string Pcap, string Frame), string> Reasons = new()
    {
        [("foxio/socks4-https.pcap", "16")] =
            "the table names the frame that ends the record, which goes on with the certificates; the ServerHello is whole at frame 9",
    };

    private sealed record Found(PacketHeader Header, int CapturedPayload);

    [Fact]
    public void Every_tls_row_is_interesting_at_its_frame_with_its_innermost_addresses()
    {
        Assert.SkipWhen(Repository.Shared is null, NoCorpora);
        var misses = new List<string>();
        var hits = new SortedDictionary<string, int>();
        foreach (var file in GoldenRows.Read("tls/expected.tsv").Where(row => row["proto"] == "tls").GroupBy(row => row["pcap"]))
        {
            var (frames, found) = Test("tls/" + file.Key);
            foreach (var row in file)
            {
                var number = long.Parse(row["frame"]);
                var isHit = found[number].Any(f => f.Header.Interest == Interest.TcpStream && IsFlow(f.Header, row));
                var link = number <= frames.Count ? frames[(int)number - 1].LinkType.ToString() : "none";
                if (!isHit && Reasons.TryGetValue((file.Key, row["frame"]), out var reason))
                    TestContext.Current.TestOutputHelper?.WriteLine($"{file.Key} frame {number}: {reason}");
                else if (isHit) hits[link] = hits.GetValueOrDefault(link) + 1;
                else misses.Add($"{file.Key} frame {number} {row["src"]}:{row["sport"]} > {row["dst"]}:{row["dport"]} on {link}");
            }
        }
        foreach (var (link, count) in hits) TestContext.Current.TestOutputHelper?.WriteLine($"{link}: {count}");
        Assert.True(misses.Count == 0, string.Join('\n', misses));
        Assert.Equal(614 - Reasons.Count, hits.Values.Sum());
    }

    [Fact]
    public void Every_dhcp_row_is_interesting_at_its_frame_unless_an_icmp_error_quotes_it()
    {
        Assert.SkipWhen(Repository.Shared is null, NoCorpora);
        var misses = new List<string>();
        var hits = new SortedDictionary<string, int>();
        foreach (var file in GoldenRows.Read("dhcp/expected.tsv").GroupBy(row => row["pcap"]))
        {
            var (frames, found) = Test(file.Key);
            foreach (var row in file)
            {
                var number = long.Parse(row["frame"]);
                var reason = Mismatch(row, found[number].Where(f => f.Header.Interest == Interest.Dhcp).ToList());
                var link = frames[(int)number - 1].LinkType.ToString();
                if (reason is null) hits[link] = hits.GetValueOrDefault(link) + 1;
                else misses.Add($"{file.Key} frame {number} on {link}: {reason}");
            }
        }
        foreach (var (link, count) in hits) TestContext.Current.TestOutputHelper?.WriteLine($"{link}: {count}");
        Assert.True(misses.Count == 0, string.Join('\n', misses));
        Assert.Equal(1301, hits.Values.Sum());
    }

    private static string? Mismatch(GoldenRows.Row row, List<Found> found)
    {
        var isQuoted = row["protocols"].Contains(":icmp:", StringComparison.Ordinal);
        if (isQuoted) return found.Count == 0 ? null : "quoted in an ICMP error, yet interesting";
        if (found.Count != 1) return $"{found.Count} interesting packets";
        var header = found[0].Header;
        // In a tunnel the table names the outer sender, the walk the inner one.
        if (row["protocols"].Contains("capwap", StringComparison.Ordinal))
            return header.Source.IsUnspecified && header.SourceMac.IsUnicast ? null : $"inner sender {header.SourceMac} {header.Source}";
        if (header.Source.ToString() != row["ip_src"]) return $"source {header.Source}, not {row["ip_src"]}";
        if (header.TimeToLive.ToString() != row["ip_ttl"]) return $"TTL {header.TimeToLive}, not {row["ip_ttl"]}";
        var hasMac = MacAddress.TryParse(row["src_mac"], out var mac);
        // The table has Ethernet sources only: on cooked and 802.11 links the client's own frames must show its hardware address.
        if (!hasMac && !row["protocols"].StartsWith("raw:", StringComparison.Ordinal))
            hasMac = MacAddress.TryParse(row["client_mac"], out mac);
        if (header.SourceMac != (hasMac ? mac : default)) return $"MAC {header.SourceMac}, not {mac}";
        var vlan = row["vlan"].Length == 0 ? "0" : row["vlan"].Split(',')[^1];
        return header.Vlan.ToString() == vlan ? null : $"VLAN {header.Vlan}, not {vlan}";
    }

    private static bool IsFlow(in PacketHeader header, GoldenRows.Row row)
    {
        var source = (header.Source.ToString(), header.SourcePort.ToString());
        var destination = (header.Destination.ToString(), header.DestinationPort.ToString());
        var client = (row["src"], row["sport"]);
        var server = (row["dst"], row["dport"]);
        return (source == client && destination == server) || (source == server && destination == client);
    }

    private static (List<TestFrame> Frames, ILookup<long, Found> Found) Test(string path)
    {
        var frames = TestCaptures.ReadCorpus(path);
        var test = new InterestTest(new InterestOptions());
        var found = new List<Found>();
        var header = default(PacketHeader);
        foreach (var frame in frames)
        {
            var interest = test.Test(
                frame.LinkType, frame.Bytes, frame.WireLength, frame.Frame, frame.AtTicks, ref header, out var payload);
            if (interest != Interest.None) found.Add(new Found(header, payload.Length));
            while (test.HasMore)
                if (test.TestNext(frame.Bytes, ref header, out payload) != Interest.None)
                    found.Add(new Found(header, payload.Length));
        }
        return (frames, found.ToLookup(f => f.Header.Frame));
    }
}
