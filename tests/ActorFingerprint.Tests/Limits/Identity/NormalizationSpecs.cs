using System.Text.Json;
using ActorFingerprint.Limits.Identity;
using Xunit;

namespace ActorFingerprint.Tests.Limits.Identity;

/// <summary>AF-1 §5, normalisation version 1.</summary>
public sealed class NormalizationSpecs
{
    [Theory]
    [InlineData("Mozilla/5.0 Chrome/123.0.0.0 OPR/99.0.0.0 Safari/537.36", "opera/99")]
    [InlineData("Mozilla/5.0 Chrome/123.0.0.0 Edg/124.0.0.0", "edge/124")]
    [InlineData("Mozilla/5.0 CriOS/123.0 EdgiOS/122.0", "edge/122")]
    [InlineData("Mozilla/5.0 Chrome/120.0 EdgA/121.0", "edge/121")]
    [InlineData("Mozilla/5.0 Edge/18.19041", "edge/18")]
    [InlineData("Mozilla/5.0 Firefox/124.0", "firefox/124")]
    [InlineData("Mozilla/5.0 FxiOS/125.1", "firefox/125")]
    [InlineData("Mozilla/5.0 CriOS/123.0.0.0 Mobile/15E148", "chrome/123")]
    [InlineData("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15", "safari/17")]
    [InlineData("Version/17.4 Mobile", "other/0")]
    [InlineData("curl/8.0", "other/0")]
    [InlineData("Chrome/123456789", "other/0")]
    [InlineData("Chrome/x", "other/0")]
    [InlineData("", "other/0")]
    [InlineData(null, "other/0")]
    public void User_agents_become_family_and_major_version(string? header, string canonical) =>
        Assert.Equal(canonical, CanonicalUserAgent.Of(header));

    [Theory]
    [InlineData("de-AT,en;q=0.8,de;q=0.9", "de,en")]
    [InlineData("en;q=0.5, fr;q=0.9, it, es;q=0.7", "it,fr,es")]
    [InlineData("EN-us, en;q=0.9", "en")]
    [InlineData("fr;q=0, de", "de")]
    [InlineData("*, en;q=x, 12, de", "de")]
    [InlineData("  ", "")]
    [InlineData(null, "")]
    public void Languages_are_the_first_three_primary_tags_by_preference(string? header, string canonical) =>
        Assert.Equal(canonical, PreferredLanguages.Of(header));

    [Theory]
    [InlineData("""{"tz":"+60","platform":"windows","screen":"1900x1000"}""", """{"platform":"windows","screen":"1900x1000","tz":"+60"}""")]
    [InlineData("""{"b":{"z":1,"a":[3,1,{"y":null,"x":true}]},"a":"1"}""", """{"a":"1","b":{"a":[3,1,{"x":true,"y":null}],"z":1}}""")]
    [InlineData("""{"n":1.50,"s":"1.50"}""", """{"n":1.50,"s":"1.50"}""")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    public void Client_hints_are_canonical_json(string given, string canonical) =>
        Assert.Equal(canonical, ClientHintMap.Canonicalize(JsonDocument.Parse(given).RootElement));

    [Theory]
    [InlineData("[1]", "object")]
    [InlineData("""{"a":1,"a":2}""", "repeat")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}""", "deeper")]
    public void Client_hints_that_cannot_be_represented_are_an_error_and_never_a_weaker_identity(string given, string why)
    {
        var error = Assert.Throws<ArgumentException>(() => ClientHintMap.Canonicalize(JsonDocument.Parse(given).RootElement));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Oversize_client_hints_are_refused() =>
        Assert.Throws<ArgumentException>(
            () => ClientHintMap.Canonicalize(JsonDocument.Parse($$"""{"a":"{{new string('x', 3_000)}}"}""").RootElement));

    [Theory]
    [InlineData(1920, 1080, "1900x1000")]
    [InlineData(99, 100, "0x100")]
    public void Screens_are_floored_to_a_hundred_pixels(int width, int height, string bucket) =>
        Assert.Equal(bucket, ClientHintMap.ScreenBucket(width, height));

    [Theory]
    [InlineData(60, "+60")]
    [InlineData(330, "+300")]
    [InlineData(0, "+0")]
    [InlineData(-300, "-300")]
    [InlineData(-570, "-600")]
    public void Offsets_are_floored_to_an_hour(int minutes, string bucket) => Assert.Equal(bucket, ClientHintMap.TimezoneBucket(minutes));
}
