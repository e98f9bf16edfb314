using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class HttpPatternSpecs
{
    [Theory]
    [InlineData("1:Host,User-Agent,Accept=[*/*]::", true)]
    [InlineData("1:Host,X-More=[1],User-Agent,Accept=[text/html,*/*;q=1],?Referer,Connection=[close]::", true)]
    [InlineData("0:Host,User-Agent,Accept=[*/*]::", false)]
    [InlineData("1:User-Agent,Host,Accept=[*/*]::", false)]
    [InlineData("1:Host,User-Agent,Accept=[text/html]::", false)]
    [InlineData("1:Host,User-Agent,Accept=[*/*],Keep-Alive=[1]::", false)]
    [InlineData("1:?Referer,Host,User-Agent,Accept=[*/*]::", false)]
    [InlineData("1:host,User-Agent,Accept=[*/*]::", false)]
    public void Fields_are_compared_in_their_order(string signature, bool fits)
    {
        Assert.True(HttpPattern.TryParse("1:Host,User-Agent,Accept=[*/*],?Referer:Keep-Alive:Some", out var pattern, out _));
        Assert.Equal(fits, pattern.IsMatch(signature));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2:Host::")]
    [InlineData("1:Host")]
    [InlineData("1:Host=[x::")]
    [InlineData("1:,Host::")]
    public void What_is_no_pattern_is_told(string text) => Assert.False(HttpPattern.TryParse(text, out _, out _));

    /// <summary>The labels that p0f 3.09b gave with its own list, for the HTTP signatures of the shared captures.</summary>
    [Fact]
    public void P0f_s_own_list_gives_p0f_s_own_answers()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var database = ImportFile.At(Path.Combine(Repository.Shared!, "fingerprint-db", "p0f", "p0f.fp"));
        var rules = new P0fImporter().Read(database, new ImportProblems()).SelectMany(entry => entry.Signatures).ToList();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Shared!, "corpus", "lan", "expected-p0f.tsv")).Skip(1))
        {
            var fields = line.Split('\t');
            if (!fields[2].StartsWith("http", StringComparison.Ordinal)) continue;
            var kind = fields[2] == "http request" ? SignatureKind.HttpRequest : SignatureKind.HttpResponse;
            var found = rules.Find(rule => rule.Kind == kind && HttpPattern.TryParse(rule.Pattern, out var pattern, out _)
                && pattern.IsMatch(fields[7]));
            Assert.Equal(fields[4], found?.Device.Name ?? "???");
        }
    }
}
