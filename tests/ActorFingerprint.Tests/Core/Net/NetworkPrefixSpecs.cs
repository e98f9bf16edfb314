using ActorFingerprint.Core.Net;
using Xunit;

namespace ActorFingerprint.Tests.Core.Net;

public sealed class NetworkPrefixSpecs
{
    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.0", true)]
    [InlineData("203.0.113.0/24", "203.0.113.255", true)]
    [InlineData("203.0.113.0/24", "203.0.112.255", false)]
    [InlineData("203.0.113.128/25", "203.0.113.127", false)]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.6", false)]
    [InlineData("0.0.0.0/0", "198.51.100.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "198.51.100.1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8:0:4::/64", "2001:db8:0:4:ffff::", true)]
    [InlineData("2001:db8:0:4::/64", "2001:db8:0:5::", false)]
    [InlineData("2001:db8::8000:0/97", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::8000:0/97", "2001:db8::7fff:1", false)]
    [InlineData("2001:db8::1/128", "2001:db8::2", false)]
    public void A_block_holds_the_addresses_that_share_its_leading_bits(string text, string address, bool isHeld)
    {
        Assert.True(NetworkPrefix.TryParse(text, out var prefix));
        Assert.True(NetworkAddress.TryParse(address, out var parsed));
        Assert.Equal(isHeld, prefix.Contains(parsed));
    }

    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.0/24")]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    public void It_is_written_as_CIDR(string text, string written)
    {
        Assert.True(NetworkPrefix.TryParse(text, out var prefix));
        Assert.Equal(written, prefix.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.1/8")]
    [InlineData("2001:db8::/129")]
    [InlineData("2001:db8::1/64")]
    [InlineData("2001:db8:1::/32")]
    [InlineData("network")]
    public void Anything_else_is_refused(string text) => Assert.False(NetworkPrefix.TryParse(text, out _));

    [Fact]
    public void No_block_holds_no_address()
    {
        Assert.False(default(NetworkPrefix).Contains(NetworkAddress.V4(0)));
        Assert.False(default(NetworkPrefix).Contains(default));
        Assert.True(NetworkPrefix.TryParse("0.0.0.0/0", out var all));
        Assert.False(all.Contains(default));
        Assert.Equal("", default(NetworkPrefix).ToString());
    }
}
