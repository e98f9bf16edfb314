using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every row of the SSDP table of the shared corpora, column by column, and nothing beyond them.</summary>
public sealed class SsdpGoldenSpecs
{
    private static readonly string[] Columns = ["start_line", "server", "location", "usn", "st", "nt", "nts", "user_agent"];

    [Fact]
    public void Every_row_is_found_and_no_message_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        GoldenTable.Compare<SsdpObservation>("lan/expected-ssdp.tsv", Columns, Cell).Report([]);
    }

    /// <summary>The contract has the columns by the same names, escaped alike; the table writes nothing for an absent header.</summary>
    private static string Cell(SsdpObservation found, string column) =>
        StageRun.Json(found).GetProperty("ssdp").GetProperty(column).GetString() ?? "";
}
