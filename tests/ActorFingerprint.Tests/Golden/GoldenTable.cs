using System.Globalization;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols.Network;

namespace ActorFingerprint.Tests.Golden;

/// <summary>A table of the shared corpora with one row a frame against what the product finds in its captures.</summary>
internal static class GoldenTable
{
    /// <summary>Compares every asserted cell of every row; what is found beyond the rows is an extra.</summary>
    /// <param name="table">The table, below the corpora.</param>
    /// <param name="columns">Columns that are compared; <c>src_mac</c>, and <c>ip_src</c> when it is not empty, are too.</param>
    /// <param name="cell">The cell of an observation as the table writes it.</param>
    /// <param name="isOfTable">Leaves out observations of other protocols.</param>
    public static GoldenTally Compare<T>(string table, string[] columns, Func<T, string, string> cell, Func<T, bool>? isOfTable = null)
        where T : Observation
    {
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read(table).GroupBy(row => row["pcap"]))
        {
            var found = StageRun.OfCorpus(file.Key).Observations.OfType<T>().Where(o => isOfTable?.Invoke(o) ?? true).ToList();
            foreach (var row in file)
            {
                var near = found.FirstOrDefault(o => o.Frame.ToString(CultureInfo.InvariantCulture) == row["frame"]);
                if (near is not null) found.Remove(near);
                var difference = near is null ? "not found" : Difference(row, near, columns, cell);
                if (difference.Length == 0) tally.Hit();
                else tally.Miss($"{file.Key} frame {row["frame"]}: {difference}");
            }
            foreach (var extra in found) tally.Extra($"{file.Key} frame {extra.Frame}: {extra.Event}");
        }
        return tally;
    }

    private static string Difference<T>(GoldenRows.Row row, T found, string[] columns, Func<T, string, string> cell)
        where T : Observation
    {
        List<string> differences = [];
        Expect("src_mac", found.LinkAddress.ToString().ToLowerInvariant());
        if (row["ip_src"].Length > 0) Expect("ip_src", found.Source.ToString());
        foreach (var column in columns) Expect(column, cell(found, column));
        return string.Join("; ", differences);

        void Expect(string column, string text)
        {
            if (row[column] != text) differences.Add($"{column} '{text}', not '{row[column]}'");
        }
    }
}
