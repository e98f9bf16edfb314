using ActorFingerprint.Core.Net;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Core.Net;

public sealed class MacAddressSpecs
{
    [Theory]
    [InlineData("00:1E:C2:01:02:03")]
    [InlineData("00-1e-c2-01-02-03")]
    [InlineData("001e.c201.0203")]
    [InlineData("001ec2010203")]
    [InlineData("0:1e:c2:1:2:3")]
    [InlineData("  00:1e:C2:01:02:03 ")]
    public void Every_usual_spelling_is_the_same_address(string text)
    {
        Assert.True(MacAddress.TryParse(text, out var mac));
        Assert.Equal((0x001EC2010203UL, "00:1E:C2:01:02:03"), (mac.Value, mac.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00:1E:C2:01:02")]
    [InlineData("00:1E:C2:01:02:03:04")]
    [InlineData("00:1E:C2:01:02:")]
    [InlineData(":1E:C2:01:02:03")]
    [InlineData("00:1E:C2:01:02:003")]
    [InlineData("00:1E-C2:01:02:03")]
    [InlineData("0-1e-c2-1-2-3")]
    [InlineData("01e.c201.0203")]
    [InlineData("001e.c201")]
    [InlineData("001ec201020")]
    [InlineData("001ec20102030")]
    [InlineData("00:1G:C2:01:02:03")]
    [InlineData("00:+1:C2:01:02:03")]
    [InlineData("00: 1:C2:01:02:03")]
    [InlineData("0x:1E:C2:01:02:03")]
    [InlineData("kitchen radio")]
    public void Anything_else_is_no_address(string text) => Assert.False(MacAddress.TryParse(text, out _));

    [Fact]
    public void Text_reads_back() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), value =>
    {
        var mac = new MacAddress(value & 0xFFFF_FFFF_FFFF);
        return MacAddress.TryParse(mac.ToString(), out var read) && read == mac;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("00:1E:C2:01:02:03", true, false)]
    [InlineData("02:42:AC:11:00:02", true, true)]
    [InlineData("DA:A1:19:00:00:01", true, true)]
    [InlineData("01:00:5E:00:00:FB", false, false)]
    [InlineData("FF:FF:FF:FF:FF:FF", false, false)]
    [InlineData("00:00:00:00:00:00", false, false)]
    public void The_first_octet_says_who_may_have_it(string text, bool isUnicast, bool isLocal)
    {
        Assert.True(MacAddress.TryParse(text, out var mac));
        Assert.Equal((isUnicast, isLocal), (mac.IsUnicast, mac.IsLocallyAdministered));
    }

    [Fact]
    public void Octets_are_read_in_wire_order() => Assert.Equal("00:1E:C2:01:02:03", MacAddress.Read([0, 0x1E, 0xC2, 1, 2, 3]).ToString());
}
