using ActorFingerprint.Core.Net;
using Xunit;

namespace ActorFingerprint.Tests.Core.Net;

public sealed class NetworkAddressSpecs
{
    [Theory]
    [InlineData("192.168.1.10", true, false)]
    [InlineData("169.254.0.1", true, true)]
    [InlineData("169.253.255.255", true, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("224.0.0.251", false, false)]
    [InlineData("255.255.255.255", false, false)]
    [InlineData("2001:db8::1", true, false)]
    [InlineData("fe80::1", true, true)]
    [InlineData("febf::1", true, true)]
    [InlineData("fec0::1", true, false)]
    [InlineData("::", false, false)]
    [InlineData("::1", false, false)]
    [InlineData("ff02::fb", false, false)]
    public void Addresses_are_told_apart(string text, bool isUnicast, bool isLinkLocal)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        Assert.Equal((text, isUnicast, isLinkLocal), (address.ToString(), address.IsUnicast, address.IsLinkLocal));
    }

    [Fact]
    public void The_scope_is_the_address_or_the_first_64_bits()
    {
        Assert.True(NetworkAddress.TryParse("2001:db8:1:2:3:4:5:6", out var v6));
        Assert.Equal("2001:db8:1:2::", v6.Scope.ToString());
        Assert.Equal("10.1.2.3", NetworkAddress.V4(0x0A010203).Scope.ToString());
    }

    [Fact]
    public void The_families_never_mix()
    {
        Assert.NotEqual(NetworkAddress.ReadV6(new byte[16]), NetworkAddress.V4(0));
        Assert.True(default(NetworkAddress).IsNone);
        Assert.False(default(NetworkAddress).IsUnicast);
        Assert.Equal("", default(NetworkAddress).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.256")]
    [InlineData("host")]
    public void Text_that_is_no_address_is_refused(string text) => Assert.False(NetworkAddress.TryParse(text, out _));
}
