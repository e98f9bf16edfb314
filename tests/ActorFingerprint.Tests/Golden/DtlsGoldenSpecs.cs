using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every DTLS row of the shared corpora, value by value, and nothing beyond them.</summary>
public sealed class DtlsGoldenSpecs
{
    [Fact]
    public void Every_row_is_found_and_no_hello_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var rows = GoldenRows.Read("tls/expected.tsv").Where(row => row["proto"] == "dtls").ToLookup(row => row["pcap"]);
        var tally = new GoldenTally();
        foreach (var file in TlsGoldenSpecs.Files())
        {
            var run = StageRun.OfCorpus("tls/" + file);
            TlsGoldenSpecs.Compare(file, [.. rows[file]], [.. run.Observations.Where(o => o.Protocol == "dtls")], tally);
            if (run.Faults.Count > 0) TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {string.Join(", ", run.Faults)}");
            Assert.Empty(run.Evictions);
        }
        tally.Report([]);
    }
}
