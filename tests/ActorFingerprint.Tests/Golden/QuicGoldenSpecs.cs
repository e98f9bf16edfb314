using System.Globalization;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every QUIC row of the shared corpora, value by value, and nothing beyond them.</summary>
public sealed class QuicGoldenSpecs
{
    /// <summary>Rows or observations that differ for a reason, as <c>file: what</c>. The reason stands beside each.</summary>
    private static readonly string[] Reasoned =
    [
        // One packet seen twice, before and after its addresses were translated (IPv4, IPv4, IPv6 to IPv4): two flows, and so two
        // observations. The table's tool follows the connection ID across addresses.
        "extra mercury/quic-crypto-packets.pcap: 173.38.117.86:50342 > 172.217.13.234:443 frame 302 client_hello",
        "extra mercury/quic-crypto-packets.pcap: 173.38.117.83:35778 > 172.217.13.232:443 frame 311 client_hello",
        "extra mercury/quic-crypto-packets.pcap: 10.150.34.25:57359 > 157.240.229.17:443 frame 568 client_hello",
        // Version 0x00000002, which nobody assigned; the trial finds that its packets are protected as those of version 1.
        "extra mercury/quic_v2.pcap: 172.16.2.1:49027 > 172.16.2.2:4434 frame 7 client_hello",
        "extra mercury/quic_v2.pcap: 172.16.2.1:47776 > 172.16.2.2:4434 frame 11 client_hello",
    ];

    [Fact]
    public void Every_row_is_found_and_no_hello_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var rows = GoldenRows.Read("tls/expected.tsv").Where(row => row["proto"] == "quic").ToLookup(row => row["pcap"]);
        var tally = new GoldenTally();
        foreach (var file in TlsGoldenSpecs.Files())
        {
            var run = StageRun.OfCorpus("tls/" + file);
            TlsGoldenSpecs.Compare(file, [.. rows[file]], [.. run.Observations.Where(o => o.Protocol == "quic")], tally);
            if (run.Faults.Count > 0) TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {string.Join(", ", run.Faults)}");
            Assert.Empty(run.Evictions);
        }
        tally.Report(Reasoned);
    }
}
