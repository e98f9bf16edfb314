using System.Globalization;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every SYN and SYN+ACK row of the shared corpora, column by column, nothing beyond them, and the signatures of p0f.</summary>
public sealed class TcpGoldenSpecs
{
    private static readonly string[] ReasonedSignatures =
    [
        // A SYN with an even acknowledgment number: ack+ as p0f's README defines it, but its program looks at one bit of the number.
        "miss  dhcp/arkime_synthetic.pcap syn 10.40.1.100: 4:64+0:0:0:65535,0::ack+:0, not 4:64+0:0:0:65535,0:::0",
        "miss  dhcp/arkime_synthetic.pcap syn fd00:abcd:0:0:0:0:0:100: 6:64+0:0:0:65535,0::ack+:0, not 6:64+0:0:0:65535,0:::0",
    ];

    [Fact]
    public void Every_row_is_found_and_no_segment_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read("lan/expected-tcp.tsv").GroupBy(row => row["pcap"]))
        {
            var found = HandshakeCapture.Read(file.Key);
            foreach (var row in file)
            {
                var near = found.FirstOrDefault(seen => seen.Header.Frame.ToString(CultureInfo.InvariantCulture) == row["frame"]);
                if (near is not null) found.Remove(near);
                var difference = near is null ? "not found" : Difference(row, near);
                if (difference.Length == 0) tally.Hit();
                else tally.Miss($"{file.Key} frame {row["frame"]}: {difference}");
            }
            foreach (var extra in found) tally.Extra($"{file.Key} frame {extra.Header.Frame}");
        }
        tally.Report([]);
    }

    [Fact]
    public void Every_signature_of_p0f_is_rebuilt()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        var withoutPeer = 0;
        var rows = GoldenRows.Read("lan/expected-p0f.tsv").Where(row => row["module"] is "syn" or "syn+ack");
        foreach (var file in rows.GroupBy(row => row["pcap"]))
        {
            var found = HandshakeCapture.Read(file.Key);
            foreach (var row in file)
            {
                Assert.True(NetworkAddress.TryParse(row["host"], out var host));
                var isAnswer = row["module"] == "syn+ack";
                var ofHost = found.Where(seen => seen.Header.Source == host && seen.Segment.IsAnswer == isAnswer).ToList();
                if (ofHost.Any(seen => TcpSignature.Of(seen.Segment) == row["raw_sig"])) withoutPeer++;
                if (ofHost.Any(seen => TcpSignature.Of(seen.Segment, PeerSegmentSize(found, seen)) == row["raw_sig"])) tally.Hit();
                else tally.Miss($"{file.Key} {row["module"]} {row["host"]}: {string.Join(" or ",
                    ofHost.Select(seen => TcpSignature.Of(seen.Segment)).Distinct())}, not {row["raw_sig"]}");
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{withoutPeer} of them without the peer's segment size");
        tally.Report(ReasonedSignatures);
    }

    /// <summary>The MSS of the latest SYN that the answer answers.</summary>
    private static int PeerSegmentSize(List<SeenHandshake> seen, SeenHandshake answer) => seen.LastOrDefault(syn =>
        !syn.Segment.IsAnswer && syn.Header.Frame < answer.Header.Frame && syn.Header.Source == answer.Header.Destination
        && syn.Header.SourcePort == answer.Header.DestinationPort && syn.Header.Destination == answer.Header.Source
        && syn.Header.DestinationPort == answer.Header.SourcePort)?.Segment.SegmentSize ?? 0;

    private static string Difference(GoldenRows.Row row, SeenHandshake seen)
    {
        var (header, segment) = (seen.Header, seen.Segment);
        var differences = new List<string>();
        // The reader has no address on links without any, and where a loopback interface shows zeros.
        if (header.SourceMac != MacAddress.None || row["src_mac"] is not ("" or "00:00:00:00:00:00"))
            Expect("src_mac", header.SourceMac.ToString().ToLowerInvariant());
        Expect("ack", segment.IsAnswer ? "1" : "0");
        if (!segment.IsV6) // the table leaves these cells empty for IPv6
        {
            Expect("ip_src", header.Source.ToString());
            Expect("ip_dst", header.Destination.ToString());
            Expect("ttl", Text(segment.TimeToLive));
            Expect("df", segment.Quirks.HasFlag(TcpQuirks.DontFragment) ? "1" : "0");
            Expect("ip_id", $"0x{segment.NetworkId:x4}");
            Expect("ip_hdr_len", Text(segment.NetworkHeaderLength));
        }
        Expect("tcp_hdr_len", Text(segment.TcpHeaderLength));
        Expect("window", Text(segment.Window));
        // The table has a 0 for each byte behind the end of the list.
        Expect("option_kinds", string.Join(',', segment.OptionKinds.Concat(new byte[segment.PaddingLength])));
        Expect("mss", Text(segment.SegmentSize));
        Expect("wscale", Text(segment.WindowScale));
        Expect("tsval", Text(segment.Timestamp));
        Expect("tsecr", Text(segment.EchoedTimestamp));
        return string.Join("; ", differences);

        void Expect(string column, string value)
        {
            if (row[column] != value) differences.Add($"{column} '{value}', not '{row[column]}'");
        }
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
