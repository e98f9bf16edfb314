using System.Globalization;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Http;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every HTTP request of the shared corpora, and the signatures that another implementation of the notation gives.</summary>
public sealed class HttpGoldenSpecs
{
    /// <summary>
    /// An answer whose status line is a segment of its own: the table's tool loses the field at the start of the next segment,
    /// <c>Cache-Control</c>. RFC 9112 §2.1 knows no segments.
    /// </summary>
    private const string WithoutFirstField =
        "1:?Pragma,?Expires,Connection=[close],Access-Control-Max-Age=[3600],Access-Control-Allow-O"
        + "rigin=[*],Access-Control-Allow-Credentials=[true],Access-Control-Allow-Methods=[POST, GET,"
        + " OPTIONS, PUT, DELETE, HEAD],Access-Control-Allow-Headers=[Content-Type],Content-type=[app"
        + "lication/json]:Content-Type,Keep-Alive,Accept-Ranges,Date:";

    private static readonly string[] ReasonedSignatures =
    [
        "miss  lan/iot-sentinel/HueBridge/Setup-C-1-STA.pcap: http response 10.10.10.6 " + WithoutFirstField,
        "miss  lan/iot-sentinel/HueBridge/Setup-C-13-STA.pcap: http response 10.10.10.6 " + WithoutFirstField,
    ];

    [Fact]
    public void Every_request_is_found_with_its_method_host_and_user_agent()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        foreach (var file in GoldenRows.Read("lan/expected-http.tsv").GroupBy(row => row["pcap"]))
        {
            var found = Run(file.Key).OfType<HttpRequestObservation>().ToList();
            foreach (var row in file)
            {
                var match = found.FirstOrDefault(request => Frame(request) == row["frame"] && Differences(row, request).Length == 0)
                    ?? found.FirstOrDefault(request => HasBodyUpTo(row, request) && Differences(row, request).Length == 0);
                if (match is not null) { found.Remove(match); tally.Hit(); continue; }
                var near = found.FirstOrDefault(request => Frame(request) == row["frame"]);
                tally.Miss($"{file.Key}: frame {row["frame"]} {row["method"]}: {(near is null ? "not found" : Differences(row, near))}");
            }
            // The table lists requests with a User-Agent only.
            foreach (var extra in found.Where(request => request.UserAgent is not null))
                tally.Extra($"{file.Key}: frame {extra.Frame} {extra.Method} {extra.Host}");
        }
        tally.Report([]);
    }

    [Fact]
    public void Every_published_signature_is_among_those_of_its_host()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var tally = new GoldenTally();
        var rows = GoldenRows.Read("lan/expected-p0f.tsv").Where(row => row["module"].StartsWith("http", StringComparison.Ordinal));
        foreach (var file in rows.GroupBy(row => row["pcap"]))
        {
            var found = Run(file.Key).OfType<HttpObservation>()
                .Select(seen => ($"http {seen.Event}", seen.Source.ToString(), seen.Signature)).ToHashSet();
            foreach (var row in file)
            {
                Assert.True(NetworkAddress.TryParse(row["host"], out var address), row["host"]);
                var host = address.ToString();
                var whole = WithoutFirstField.Replace("1:", "1:?Cache-Control,", StringComparison.Ordinal);
                if (row["raw_sig"] == WithoutFirstField) Assert.Contains((row["module"], host, whole), found);
                if (found.Contains((row["module"], host, row["raw_sig"]))) tally.Hit();
                else tally.Miss($"{file.Key}: {row["module"]} {host} {row["raw_sig"]}");
            }
        }
        tally.Report(ReasonedSignatures);
    }

    /// <summary>The table gives the frame at which the body ends, where there is one; we give that of the header.</summary>
    private static bool HasBodyUpTo(GoldenRows.Row row, HttpRequestObservation request) =>
        request.Method is "POST" or "PUT" && request.Frame < long.Parse(row["frame"], CultureInfo.InvariantCulture)
            && request.Source.ToString() == row["ip_src"];

    private static string Frame(Observation request) => request.Frame.ToString(CultureInfo.InvariantCulture);

    private static string Differences(GoldenRows.Row row, HttpRequestObservation request)
    {
        var differences = new List<string>();
        if (request.Method != row["method"]) differences.Add($"method {request.Method}, not {row["method"]}");
        if ((request.Host ?? "") != row["host"]) differences.Add($"host {request.Host}, not {row["host"]}");
        if ((request.UserAgent ?? "") != row["user_agent"]) differences.Add($"user agent {request.UserAgent}, not {row["user_agent"]}");
        return string.Join("; ", differences);
    }

    /// <summary>Every message, repeats too.</summary>
    private static List<Observation> Run(string path)
    {
        var run = new HttpRun();
        foreach (var frame in TestCaptures.ReadCorpus(path)) run.Add(frame);
        return run.Observations;
    }

    private sealed class HttpRun : IObservationSink
    {
        private readonly InterestTest _interest = new(new InterestOptions { Protocols = ProtocolSet.Http });
        private readonly HttpStage _stage =
            new("lab", new ReassemblyLimits { MaxStreams = 65536, MaxBytes = 64 << 20 }) { GivesRepeats = true };

        public List<Observation> Observations { get; } = [];

        public void Add(TestFrame frame)
        {
            PacketHeader header = default;
            var interest = _interest.Test(
                frame.LinkType, frame.Bytes, frame.WireLength, frame.Frame, frame.AtTicks, ref header, out var payload);
            while (true)
            {
                if (interest == Interest.TcpStream) _stage.Parse(in header, payload, this);
                if (!_interest.HasMore) return;
                interest = _interest.TestNext(frame.Bytes, ref header, out payload);
            }
        }

        public void Emit(Observation observation) => Observations.Add(observation);

        public void Fault(Malformed fault) { }

        public void Evicted(StateLimit limit) { }
    }
}
