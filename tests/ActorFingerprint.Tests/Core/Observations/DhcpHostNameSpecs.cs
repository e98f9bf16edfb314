using System.Text;
using ActorFingerprint.Core.Observations;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Core.Observations;

public sealed class DhcpHostNameSpecs
{
    [Fact]
    public void Trailing_nuls_are_no_part_of_a_name()
    {
        Assert.Equal("pc", Encoding.ASCII.GetString(DhcpHostName.OfHostName("pc\0\0"u8.ToArray())));
        Assert.True(DhcpHostName.OfHostName([0, 0]).IsEmpty);
        Assert.True(DhcpHostName.OfHostName(null).IsEmpty);
    }

    [Theory]
    [InlineData(new byte[] { 4, 0, 0, 2, 112, 99, 3, 108, 97, 110, 0 }, "pc.lan")]
    [InlineData(new byte[] { 4, 0, 0, 2, 112, 99 }, "pc")]
    [InlineData(new byte[] { 4, 0, 0, 3, 97, 46, 98 }, @"a\x2eb")]
    [InlineData(new byte[] { 4, 0, 0, 2, 112, 0 }, @"p\x00")]
    [InlineData(new byte[] { 4, 0, 0, 9, 112 }, "")]
    [InlineData(new byte[] { 4, 0, 0, 0xC0, 0 }, "")]
    [InlineData(new byte[] { 4, 0, 0, 0 }, "")]
    [InlineData(new byte[] { 4, 0, 0 }, "")]
    [InlineData(new byte[] { 0, 0, 0, 2, 112, 99 }, "")]
    public void Dns_wire_form_is_read_label_by_label(byte[] option81, string expected)
    {
        Span<char> name = stackalloc char[DhcpHostName.MaxCharacters];
        Assert.Equal(expected, name[..DhcpHostName.FormatWireFqdn(option81, name)].ToString());
    }

    [Fact]
    public void Any_bytes_give_a_bounded_printable_name() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        Span<char> name = new char[DhcpHostName.MaxCharacters];
        var length = DhcpHostName.FormatWireFqdn([4, 0, 0, .. bytes], name);
        return name[..length].IndexOfAnyExceptInRange(' ', '~') < 0
            && DhcpHostName.OfAsciiFqdn([0, 0, 0, .. bytes]).Length <= DhcpHostName.MaxBytes;
    }).QuickCheckThrowOnFailure();
}
