using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Limits.Keys;

/// <summary>AF-1 §3 and §4: names, and what they keep apart.</summary>
public sealed class KeySpecs
{
    [Theory]
    [InlineData("198.51.100.10", "198.51.100.10")]
    [InlineData("::ffff:203.0.113.200", "203.0.113.200")]
    [InlineData("2001:db8:1:1:ffff::9", "2001:db8:1:1::/64")]
    [InlineData("fe80::1%eth0", "fe80::/64")]
    [InlineData("::1", "::/64")]
    public void An_address_scope_is_an_IPv4_address_or_a_slash_64(string text, string scope)
    {
        Assert.True(AddressScope.TryParse(text, out var parsed));
        Assert.Equal(scope, parsed.ToString());
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("198.51.100.010")]
    [InlineData("198.51.100.1:80")]
    [InlineData("[::1]:80")]
    [InlineData("2001:db8::/32")]
    [InlineData("300.1.1.1")]
    public void What_is_no_address_is_refused(string? text) => Assert.False(AddressScope.TryParse(text, out _));

    [Fact]
    public void Derived_names_are_those_of_the_contract()
    {
        var limits = new LimitsHarness();
        var ring = new KeyRing(LimiterSecrets.Create("test-key-1", "f"), "test");
        var keys = ring.Derive(
            PolicyPresets.Login, LimiterProfile.Reference, limits.Request(LimitCommand.Check, ip: "198.51.100.10", agent: "chrome/123"));
        Assert.Equal("607a2828fa2cc3a03f499ca2a8a118dfefb54b2082c7e7f55184eba632d1f0ec", keys.K1.Current.ToString());
        Assert.Equal("3a91efec484725959c2eedd752102ec5", keys.K2.Current.ToString());
        Assert.True(keys.K1.Previous.IsNone);
        var ipv6 = ring.Derive(PolicyPresets.Login, LimiterProfile.Reference, limits.Request(LimitCommand.Check, ip: "2001:db8:1:1::7"));
        Assert.Equal("44e141e5125161c694d2cdcdecc8a121d1df5e51c0f7e27b84cd5ccd13f20687", ipv6.K1.Current.ToString());
        limits.Policy = "otp";
        var otp = ring.Derive(PolicyPresets.Otp, LimiterProfile.Reference, limits.Request(LimitCommand.Failure, account: "acct-1"));
        Assert.Equal("cbfd06ba1873dd9998f074f147d61872367987af5023736d5df3083b1ec32df5", otp.K4.Current.ToString());
    }

    [Fact]
    public void Absent_parts_make_names_absent()
    {
        var limits = new LimitsHarness();
        var ring = new KeyRing(LimiterSecrets.Create("k", "f"), "test");
        var request = limits.Request(LimitCommand.Check, account: null, device: null);
        var keys = ring.Derive(PolicyPresets.Login, LimiterProfile.Reference, request);
        Assert.True(keys.K3.IsNone && keys.K4.IsNone && keys.K5.IsNone && keys.Device.IsNone && keys.Subject.IsNone && keys.Slash32.IsNone);
        Assert.False(keys.K1.IsNone || keys.K2.IsNone);
    }

    [Fact]
    public void Length_prefixes_leave_no_two_lists_of_components_alike()
    {
        var secret = "s"u8;
        Assert.NotEqual(KeyRing.Derive(secret, "ab", "c"), KeyRing.Derive(secret, "a", "bc"));
        Assert.NotEqual(KeyRing.Derive(secret, "a", ""), KeyRing.Derive(secret, "a"));
    }

    [Fact]
    public void Policies_and_environments_share_no_state()
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 4; n++) limits.Fail();
        Assert.Equal(LimitDecision.HardBlock, limits.Check().Decision);
        limits.Policy = "otp";
        Assert.Equal(LimitDecision.Allow, limits.Check().Decision);
        var request = limits.Request(LimitCommand.Check);
        var one = new KeyRing(LimiterSecrets.Create("k", "f"), "test").Derive(PolicyPresets.Otp, LimiterProfile.Reference, request);
        var other = new KeyRing(LimiterSecrets.Create("k", "f"), "live").Derive(PolicyPresets.Otp, LimiterProfile.Reference, request);
        Assert.NotEqual(one.K1, other.K1);
        Assert.NotEqual(one.K4, other.K4);
    }
}
