using System.Text.RegularExpressions;
using ActorFingerprint.Core.Identification.Signatures;
using Xunit;
using static ActorFingerprint.Tests.Core.Identification.SignatureIndexSpecs;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class RequiredTextSpecs
{
    private static readonly SignatureDevice Device = new("Device");

    /// <summary>Every expression with values that it matches: none may be lost to the texts by which expressions are found.</summary>
    [Theory]
    [InlineData(@"^abc", "abcd", "ABCD")]
    [InlineData(@"^abc|def", "xdef", "abc")]
    [InlineData(@"(?i)^(?:ab|cd)(-\w+)?$", "ab", "CD-x")]
    [InlineData(@"(?:^|-)cam\d+$", "cam7", "my-cam7")]
    [InlineData(@"Android [^;]+; (?:[a-z]{2}-[a-z]{2}; )?Pixel[ );]", "Linux; Android 13; Pixel)", "Android 4; de-de; Pixel;")]
    [InlineData(@"colou?r", "color", "colour")]
    [InlineData(@"ab+c(de)*f", "abbbcf", "abcdedef")]
    [InlineData(@"x(?:a.*|.*b)y", "xay", "xqqby")]
    [InlineData(@"x(a|)y", "xy", "xay")]
    [InlineData(@"(?!foo)bar(?=baz)baz", "barbaz", "a barbaz")]
    [InlineData(@"(?<=foo)bar", "foobar", "foobarfoo")]
    [InlineData(@"a{0}bcd", "bcd", "xbcd")]
    [InlineData(@"a{b|cde", "cde", "a{b")]
    [InlineData(@"[a-z-[aeiou]]xyz", "bxyz", "zxyz")]
    [InlineData(@"[]a]bcd", "]bcd", "abcd")]
    [InlineData(@"\x41bcd", "Abcd", "xAbcd")]
    [InlineData(@"(?x) a b c # comment", "abc", "xabc")]
    [InlineData(@"(?<name>foo)\k<name>bar", "foofoobar", "xfoofoobar")]
    [InlineData(@"(?(?=a)abc|xyz)", "abc", "xyz")]
    [InlineData(@"\bwiz\b|^Sky_", "a wiz b", "Sky_1")]
    [InlineData(@"(?:one|two)(?:three|four)+five", "onethreefive", "twofourthreefive")]
    [InlineData(@"(a|b)?", "", "zzz")]
    [InlineData(@"^$|^nothing", "nothing", "nothing")]
    [InlineData(@"(((nested)))|(other)", "nested", "an other")]
    public void What_an_expression_matches_is_found(string pattern, string first, string second)
    {
        var index = Index(
        [
            Rule(SignatureKind.UserAgent, SignatureMatch.Regex, pattern, Device),
            .. Enumerable.Range(0, 20).Select(i => Rule(SignatureKind.UserAgent, SignatureMatch.Regex, $"other{i}.*abc|bcd{i}", Device)),
        ]);
        foreach (var value in (string[])[first, second])
        {
            var isMatch = Regex.IsMatch(value, pattern, RegexOptions.CultureInvariant) && value.Length > 0;
            Assert.Equal(isMatch, index.Find(SignatureKind.UserAgent, value).Any(hit => hit.Signature.Pattern == pattern));
        }
    }

    [Theory]
    [InlineData("lg", "old LG tv")]
    [InlineData("größe", "die GRÖßE")]
    [InlineData("acme", "an ACME box")]
    public void Words_are_found_in_any_letter_case_and_length(string word, string value) =>
        Assert.Single(Index(Rule(SignatureKind.HostName, SignatureMatch.Token, word, Device)).Find(SignatureKind.HostName, value));

    [Theory]
    [InlineData("*-pc", "MY-PC")]
    [InlineData("a*", "abc")]
    [InlineData("*", "anything")]
    [InlineData("##-%%%-cam", "12-aF0-CAM")]
    [InlineData(@"\*star\*", "*star*")]
    public void Globs_are_found_by_what_is_fixed_in_them(string glob, string value) =>
        Assert.Single(Index(Rule(SignatureKind.HostName, SignatureMatch.Glob, glob, Device)).Find(SignatureKind.HostName, value));
}
