using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class SignatureIndexSpecs
{
    private static readonly SignatureDevice Camera = new("Camera/D-Link") { Type = DeviceType.Camera, Vendor = "D-Link", Model = "$0" };
    private static readonly SignatureDevice Plug = new("Plug/D-Link") { Type = DeviceType.Plug };
    private static readonly SignatureDevice Linux = new("Operating system/Linux") { Os = "Linux" };

    [Fact]
    public void A_whole_value_is_found_by_its_kind_only()
    {
        var index = Index(Rule(SignatureKind.DhcpVendorClass, SignatureMatch.Exact, "MSFT 5.0", Linux));
        Assert.Single(index.Find(SignatureKind.DhcpVendorClass, "MSFT 5.0"));
        Assert.Empty(index.Find(SignatureKind.DhcpVendorClass, "msft 5.0"));
        Assert.Empty(index.Find(SignatureKind.HostName, "MSFT 5.0"));
        Assert.Empty(index.Find(SignatureKind.DhcpVendorClass, ""));
    }

    [Fact]
    public void Host_names_are_compared_without_letter_case() =>
        Assert.Single(Index(Rule(SignatureKind.HostName, SignatureMatch.Exact, "Philips-hue", Plug)).Find(SignatureKind.HostName, "PHILIPS-HUE"));

    [Fact]
    public void Prefixes_of_every_length_are_found()
    {
        var index = Index(
            Rule(SignatureKind.DhcpVendorClass, SignatureMatch.Prefix, "udhcp", Linux, 50),
            Rule(SignatureKind.DhcpVendorClass, SignatureMatch.Prefix, "udhcp 1.2", Plug, 60));
        Assert.Equal(["Plug/D-Link", "Operating system/Linux"], Paths(index.Find(SignatureKind.DhcpVendorClass, "udhcp 1.22.1")));
        Assert.Equal(["Operating system/Linux"], Paths(index.Find(SignatureKind.DhcpVendorClass, "udhcp 0.9.8")));
        Assert.Empty(index.Find(SignatureKind.DhcpVendorClass, "udhc"));
    }

    [Theory]
    [InlineData("ring", "monitoring", false)]
    [InlineData("ring", "Ring-Doorbell", true)]
    [InlineData("lg", "algol", false)]
    [InlineData("nest", "honest", false)]
    [InlineData("echo", "gecko", false)]
    [InlineData("hp", "php", false)]
    [InlineData("1,3", "11,3", false)]
    [InlineData("1,3", "6,1,3,15", true)]
    public void A_token_is_whole_words_or_whole_numbers(string token, string value, bool isFound) =>
        Assert.Equal(isFound, Index(Rule(SignatureKind.HostName, SignatureMatch.Token, token, Plug)).Find(SignatureKind.HostName, value).Count == 1);

    [Fact]
    public void What_a_glob_and_an_expression_matched_fills_the_model_in()
    {
        var index = Index(
            Rule(SignatureKind.HostName, SignatureMatch.Glob, "DCS-*-%%%%%%", Camera with { Model = "DCS-$1" }),
            Rule(SignatureKind.MdnsText, SignatureMatch.Regex, "^_dhnap._tcp model_number=(DCS-\\w+)$", Camera with { Model = "$1" }));
        Assert.Equal("DCS-935L", index.Find(SignatureKind.HostName, "dcs-935L-55B0EF")[0].Model);
        Assert.Equal("DCS-930LB", index.Find(SignatureKind.MdnsText, "_dhnap._tcp model_number=DCS-930LB")[0].Model);
    }

    [Fact]
    public void A_model_that_names_a_group_which_is_not_there_is_none() =>
        Assert.Null(Index(Rule(SignatureKind.HostName, SignatureMatch.Exact, "x", Camera with { Model = "$3" })).Find(SignatureKind.HostName, "x")[0].Model);

    [Fact]
    public void A_list_of_another_message_type_counts_for_less()
    {
        var index = Index(Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6,15,28", Camera) with { Qualifier = "discover" });
        Assert.Equal(MatchQuality.Exact, Quality(index, "1,3,6,15,28", "discover"));
        Assert.Equal(MatchQuality.OtherMessage, Quality(index, "1,3,6,15,28", "request"));
    }

    [Theory]
    [InlineData("28,15,6,3,1", MatchQuality.Sorted)]
    [InlineData("1,3,6,15,28,42", MatchQuality.Near1)]
    [InlineData("1,3,6,12,28", MatchQuality.Near1)]
    [InlineData("1,3,6,28,42", MatchQuality.Near2)]
    public void A_list_that_is_not_known_is_found_by_its_codes_then_by_likeness(string list, MatchQuality quality) =>
        Assert.Equal(quality, Quality(Index(Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6,15,28", Camera)), list, ""));

    [Fact]
    public void Lists_far_from_each_other_or_too_short_are_not_alike()
    {
        var index = Index(Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6,15,28", Camera), Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3", Plug));
        Assert.Empty(index.Find(SignatureKind.DhcpList, "1,3,6,44,46,47"));
        Assert.Empty(index.Find(SignatureKind.DhcpList, "1,4"));
        Assert.Empty(index.Find(SignatureKind.DhcpList, "no,list"));
    }

    [Fact]
    public void Option_orders_are_compared_without_the_end() =>
        Assert.Single(Index(Rule(SignatureKind.DhcpOptions, SignatureMatch.Exact, "53,61,55", Plug)).Find(SignatureKind.DhcpOptions, "53,61,55,255"));

    [Fact]
    public void Equal_hits_have_a_fixed_order()
    {
        Signature[] rules =
        [
            Rule(SignatureKind.HostName, SignatureMatch.Exact, "x", new SignatureDevice("B"), 50),
            Rule(SignatureKind.HostName, SignatureMatch.Exact, "x", new SignatureDevice("A"), 50),
            Rule(SignatureKind.HostName, SignatureMatch.Exact, "x", new SignatureDevice("A/deeper"), 50),
            Rule(SignatureKind.HostName, SignatureMatch.Exact, "x", new SignatureDevice("C"), 90),
        ];
        Assert.Equal(["C", "A/deeper", "A", "B"], Paths(Index(rules).Find(SignatureKind.HostName, "x")));
        Assert.Equal(["C", "A/deeper", "A", "B"], Paths(Index([.. rules.Reverse()]).Find(SignatureKind.HostName, "x")));
    }

    [Fact]
    public void What_one_base_knows_exactly_needs_no_likeness_from_another()
    {
        var layered = new LayeredSignatures(
            Index(Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6,15,28,42", Camera)),
            Index(Rule(SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6,15,28", Plug)));
        Assert.Equal(["Plug/D-Link"], Paths(layered.Find(SignatureKind.DhcpList, "1,3,6,15,28")));
        Assert.Equal(["Camera/D-Link", "Plug/D-Link"], Paths(layered.Find(SignatureKind.DhcpList, "28,1,3,6,15,42")).Concat(Paths(layered.Find(SignatureKind.DhcpList, "28,1,3,6,15"))));
    }

    [Fact]
    public void A_cache_answers_as_its_source_also_when_it_overflows()
    {
        var index = Index(Rule(SignatureKind.HostName, SignatureMatch.Glob, "host-*7", Plug));
        var cache = new SignatureCache(index);
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < SignatureCache.Capacity + 10; i++)
                Assert.Equal(i % 10 == 7, cache.Find(SignatureKind.HostName, $"host-{i}").Count == 1);
    }

    private static MatchQuality Quality(SignatureIndex index, string list, string message) => Assert.Single(index.Find(SignatureKind.DhcpList, list, message)).Quality;

    private static IEnumerable<string> Paths(IEnumerable<SignatureHit> hits) => hits.Select(hit => hit.Signature.Device.Path);

    internal static Signature Rule(SignatureKind kind, SignatureMatch match, string pattern, SignatureDevice device, int confidence = 80) =>
        new(kind, match, pattern, device, confidence, "test");

    internal static SignatureIndex Index(params Signature[] signatures) => new(signatures);
}
