using System.Globalization;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every TLS-over-TCP row of the shared corpora, value by value, and nothing beyond them.</summary>
public sealed class TlsGoldenSpecs
{
    /// <summary>Rows or observations that differ for a reason, as <c>file: what</c>. The reason stands beside each.</summary>
    private static readonly string[] Reasoned =
    [
        // A record of a mid-stream capture that only looks like a ServerHello: the table asserts nothing of it.
        "miss  mercury/afl_data/corner-cases.pcap: 192.168.10.12:51098 > 160.68.205.252:443 frame 3 "
        + "server-hello-only;server-hello-not-parsed: not found",
        // A whole ServerHello whose record, which holds the certificate too, the capture cuts: tools that wait for the record miss it.
        "extra mercury/afl_data/corner-cases.pcap: 10.82.252.206:53832 > 173.36.7.6:443 frame 1 server_hello",
        "extra mercury/afl_data/corner-cases.pcap: 10.82.252.206:53875 > 173.37.239.62:443 frame 5 server_hello",
    ];

    [Fact]
    public void Every_row_is_found_and_no_hello_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var rows = GoldenRows.Read("tls/expected.tsv").Where(row => row["proto"] == "tls").ToLookup(row => row["pcap"]);
        var tally = new GoldenTally();
        foreach (var file in Files())
        {
            var run = StageRun.OfCorpus("tls/" + file);
            Compare(file, [.. rows[file]], [.. run.Observations.Where(o => o.Protocol == "tls" && o is not CertificateObservation)], tally);
        }
        tally.Report(Reasoned);
    }

    internal static IEnumerable<string> Files()
    {
        var root = Path.Combine(Repository.Shared!, "corpus", "tls");
        return Directory.EnumerateFiles(root, "*.*cap*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);
    }

    internal static void Compare(string file, List<GoldenRows.Row> rows, List<Observation> observations, GoldenTally tally)
    {
        var flows = observations.GroupBy(Flow).ToDictionary(group => group.Key, Attach);
        foreach (var flow in rows.GroupBy(row => $"{row["src"]}:{row["sport"]} > {row["dst"]}:{row["dport"]}"))
        {
            var found = flows.GetValueOrDefault(flow.Key) ?? [];
            flows.Remove(flow.Key);
            foreach (var row in flow)
            {
                var isMalformed = row["note"].Contains("malformed-clienthello", StringComparison.Ordinal);
                if (isMalformed && row["ja3s"].Length == 0) { tally.Hit(); continue; } // asserts nothing: no fingerprint
                var isServerOnly = isMalformed || row["note"].Contains("server-hello-only", StringComparison.Ordinal);
                var match = found.FirstOrDefault(pair => pair.Client is null == isServerOnly && Difference(row, pair).Length == 0);
                if (match is not null) { found.Remove(match); tally.Hit(); continue; }
                var near = found.FirstOrDefault(pair => pair.Client is null == isServerOnly);
                var what = near is null ? "not found" : Difference(row, near);
                tally.Miss($"{file}: {flow.Key} frame {row["frame"]} {row["note"]}: {what}");
                if (near is not null) found.Remove(near);
            }
            foreach (var extra in found) tally.Extra($"{file}: {flow.Key} frame {extra.First.Frame} {extra.First.Event}");
        }
        foreach (var (flow, extras) in flows)
            foreach (var extra in extras) tally.Extra($"{file}: {flow} frame {extra.First.Frame} {extra.First.Event}");
    }

    /// <summary>A ServerHello belongs to the latest earlier ClientHello of its flow that has none, else it stands alone.</summary>
    private static List<Pair> Attach(IEnumerable<Observation> flow)
    {
        var pairs = new List<Pair>();
        foreach (var observation in flow)
        {
            if (observation is ClientHelloObservation client) { pairs.Add(new Pair { Client = client }); continue; }
            var owner = pairs.FindLast(pair => pair is { Client: not null, Server: null });
            if (owner is null) pairs.Add(owner = new Pair());
            owner.Server = (ServerHelloObservation)observation;
        }
        return pairs;
    }

    private static string Difference(GoldenRows.Row row, Pair pair)
    {
        var differences = new List<string>();
        if (pair.Client is { } client)
        {
            var tls = StageRun.Json(client).GetProperty("tls");
            foreach (var column in (string[])["sni", "ja3", "ja3_full", "ja4", "ja4_r"])
                Expect(column, tls.GetProperty(column).GetString());
            Expect("alpn", string.Join(',', tls.GetProperty("alpn").EnumerateArray().Select(name => AsTable(name.GetString()!))));
            Expect("frame", client.Frame.ToString(CultureInfo.InvariantCulture));
        }
        if (pair.Server is { } server) Expect("ja3s", StageRun.Json(server).GetProperty("tls").GetProperty("ja3s").GetString());
        else if (row["ja3s"].Length > 0) differences.Add("no ServerHello");
        return string.Join("; ", differences);

        void Expect(string column, string? value)
        {
            if (row[column].Length > 0 && row[column] != value) differences.Add($"{column} {value}, not {row[column]}");
        }
    }

    /// <summary>The table also escapes the space and the comma.</summary>
    private static string AsTable(string name) =>
        name.Replace(" ", "\\x20", StringComparison.Ordinal).Replace(",", "\\x2c", StringComparison.Ordinal);

    private static string Flow(Observation o) => $"{o.Source}:{o.SourcePort} > {o.Destination}:{o.DestinationPort}";

    private sealed class Pair
    {
        public ClientHelloObservation? Client { get; init; }

        public ServerHelloObservation? Server { get; set; }

        public Observation First => (Observation?)Client ?? Server!;
    }
}
