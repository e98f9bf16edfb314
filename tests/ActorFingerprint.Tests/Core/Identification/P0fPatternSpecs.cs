using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class P0fPatternSpecs
{
    private const string Linux = "*:64:0:*:mss*20,7:mss,sok,ts,nop,ws:df,id+:0";

    [Theory]
    [InlineData("4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0", P0fFit.Exact)]
    [InlineData("4:52+12:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0", P0fFit.Exact)]
    [InlineData("6:64+0:0:1440:mss*20,7:mss,sok,ts,nop,ws::0", P0fFit.Exact)]
    [InlineData("6:64+0:0:1440:mss*20,7:mss,sok,ts,nop,ws:flow:0", P0fFit.None)]
    [InlineData("4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df:0", P0fFit.Fuzzy)]
    [InlineData("4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+,ecn:0", P0fFit.Fuzzy)]
    [InlineData("4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+,ts1-:0", P0fFit.None)]
    [InlineData("4:28+4:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0", P0fFit.Fuzzy)]
    [InlineData("4:128+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0", P0fFit.Fuzzy)]
    [InlineData("4:64+0:0:1460:mss*10,7:mss,sok,ts,nop,ws:df,id+:0", P0fFit.None)]
    [InlineData("4:64+0:0:1460:mss*20,8:mss,sok,ts,nop,ws:df,id+:0", P0fFit.None)]
    [InlineData("4:64+0:0:1460:mss*20,7:mss,nop,ws,sok,ts:df,id+:0", P0fFit.None)]
    [InlineData("4:64+0:4:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0", P0fFit.None)]
    [InlineData("4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:+", P0fFit.None)]
    public void A_signature_fits_exactly_fuzzily_or_not_at_all(string signature, P0fFit fit) => Assert.Equal(fit, Match(Linux, signature));

    [Theory]
    [InlineData("8192,0", "8192,0", P0fFit.Exact)]
    [InlineData("%8192,0", "16384,0", P0fFit.Exact)]
    [InlineData("%8192,0", "16385,0", P0fFit.None)]
    [InlineData("*,0", "12345,0", P0fFit.Exact)]
    [InlineData("*,*", "12345,9", P0fFit.Exact)]
    [InlineData("mtu*2,0", "mtu*2,0", P0fFit.Exact)]
    [InlineData("mtu*2,0", "mss*2,0", P0fFit.None)]
    [InlineData("5840,0", "mss*4,0", P0fFit.Exact)]
    [InlineData("5841,0", "mss*4,0", P0fFit.None)]
    [InlineData("%1000,0", "mtu*4,0", P0fFit.Exact)]
    public void Windows_are_compared_as_the_pattern_means_them(string pattern, string observed, P0fFit fit) =>
        Assert.Equal(fit, Match($"4:64:0:1460:{pattern}:mss::0", $"4:64+0:0:1460:{observed}:mss::0"));

    [Fact]
    public void A_ttl_with_a_minus_sign_is_the_highest_of_many()
    {
        Assert.Equal(P0fFit.Exact, Match("*:255-:0:*:*,0:mss::0", "4:40+24:0:1460:1000,0:mss::0"));
        Assert.Equal(P0fFit.None, Match("*:64-:0:*:*,0:mss::0", "4:65+63:0:1460:1000,0:mss::0"));
    }

    [Theory]
    [InlineData("64:0:*:*,*:mss::0", "fields")]
    [InlineData("5:64:0:*:*,*:mss::0", "IP version")]
    [InlineData("*:0:0:*:*,*:mss::0", "TTL")]
    [InlineData("*:64:0:x:*,*:mss::0", "MSS")]
    [InlineData("*:64:0:*:mss*0,*:mss::0", "window")]
    [InlineData("*:64:0:*:99999,*:mss::0", "window")]
    [InlineData("*:64:0:*:*,*:msss::0", "layout")]
    [InlineData("*:64:0:*:*,*:mss:dff:0", "quirk")]
    [InlineData("*:64:0:*:*,*:mss::1", "payload")]
    public void A_bad_pattern_is_told_by_its_field(string pattern, string problem)
    {
        Assert.False(P0fPattern.TryParse(pattern, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Specific_labels_come_before_generic_ones_and_fuzzy_fits_last()
    {
        var patterns = new P0fPatterns(
        [
            Rule("*:64:0:*:*,*:mss:df:0", "Operating System/Fuzzy", 90),
            Rule("*:64:0:*:*,*:mss::0", "Operating System/Generic", 45),
            Rule("*:64:0:*:8192,0:mss::0", "Operating System/Specific", 70),
        ]);
        Assert.Equal(["Specific", "Generic", "Fuzzy"], Names(patterns, "4:60+4:0:1460:8192,0:mss::0"));
        Assert.Equal(["Generic", "Fuzzy"], Names(patterns, "4:60+4:0:1460:8000,0:mss::0"));
    }

    [Fact]
    public void Tools_that_make_their_own_packets_fit_exactly_or_not_at_all()
    {
        var patterns = new P0fPatterns([Rule("*:64:0:*:1024,0:mss:df:0", "Application/Scanner", 70)]);
        Assert.Empty(patterns.Find(Traits("4:60+4:0:1460:1024,0:mss::0")));
        Assert.Single(patterns.Find(Traits("4:60+4:0:1460:1024,0:mss:df:0")));
    }

    [Fact]
    public void Only_what_the_tcp_reader_writes_is_taken_apart()
    {
        foreach (var text in new[] { null, "", "4", "4:64+?:0:1460:*,0:mss::0", "7:64+0:0:1460:1,0:mss::0",
            "4:64+0:0:1460:1,0:mss:what:0" })
            Assert.False(TcpTraits.TryParse(text, out _));
        Assert.True(TcpTraits.TryParse("4:20+?:0:1460:1,0:mss::0", out _));
    }

    /// <summary>The labels that p0f 3.09b gave with its own list, for every distinct TCP signature of the shared captures.</summary>
    [Fact]
    public void P0f_s_own_list_gives_p0f_s_own_answers()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var database = ImportFile.At(Path.Combine(Repository.Shared!, "fingerprint-db", "p0f", "p0f.fp"));
        var rules = new P0fImporter().Read(database, new ImportProblems()).SelectMany(entry => entry.Signatures).ToList();
        var syn = new P0fPatterns(rules.Where(rule => rule.Kind == SignatureKind.TcpSyn));
        var answer = new P0fPatterns(rules.Where(rule => rule.Kind == SignatureKind.TcpSynAck));
        var compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Shared!, "corpus", "lan", "expected-p0f.tsv")).Skip(1))
        {
            var fields = line.Split('\t');
            var (module, label, parameters, raw) = (fields[2], fields[4], fields[6], fields[7]);
            if (module is not ("syn" or "syn+ack")) continue;
            Assert.True(TcpTraits.TryParse(raw, out var observed), raw);
            var found = (module == "syn" ? syn : answer).Find(observed);
            Assert.True(label == (found.Count == 0 ? "???" : found[0].Signature.Device.Name),
                $"{module} {raw}: {label}, not {string.Join(" | ", found)}");
            if (found.Count > 0) Assert.Equal(parameters.Contains("fuzzy", StringComparison.Ordinal), found[0].Fit == P0fFit.Fuzzy);
            compared++;
        }
        Assert.True(compared > 300);
    }

    private static P0fFit Match(string pattern, string signature)
    {
        Assert.True(P0fPattern.TryParse(pattern, out var parsed, out var problem), problem);
        return parsed.Match(Traits(signature));
    }

    private static TcpTraits Traits(string signature)
    {
        Assert.True(TcpTraits.TryParse(signature, out var traits), signature);
        return traits;
    }

    private static Signature Rule(string pattern, string path, int confidence) =>
        new(SignatureKind.TcpSyn, SignatureMatch.Exact, pattern, new SignatureDevice(path), confidence, "test");

    private static IEnumerable<string> Names(P0fPatterns patterns, string signature) =>
        patterns.Find(Traits(signature)).Select(match => match.Signature.Device.Name);
}
