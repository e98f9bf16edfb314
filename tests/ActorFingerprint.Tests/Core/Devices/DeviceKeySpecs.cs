using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceKeySpecs
{
    [Theory]
    [InlineData("mac:00:1E:C2:01:02:03", DeviceKeyKind.Mac)]
    [InlineData("ip:home/0/10.0.0.1", DeviceKeyKind.Ip)]
    [InlineData("ip:home/12/2001:db8::1", DeviceKeyKind.Ip)]
    [InlineData("duid:0001", DeviceKeyKind.Duid)]
    [InlineData("cid:ff00", DeviceKeyKind.ClientId)]
    public void A_key_reads_back_from_its_text(string text, DeviceKeyKind kind)
    {
        Assert.True(DeviceKey.TryParse(text, out var key));
        Assert.Equal((kind, text), (key.Kind, key.ToString()));
    }

    [Theory]
    [InlineData("001ec2010203")]
    [InlineData("MAC:0:1e:c2:1:2:3")]
    public void A_mac_address_in_any_spelling_is_a_key(string text)
    {
        Assert.True(DeviceKey.TryParse(text, out var key));
        Assert.Equal(DeviceKey.OfMac(new MacAddress(0x001EC2010203)), key);
    }

    [Theory]
    [InlineData("ip:HOME/0/2001:DB8::0001", "ip:HOME/0/2001:db8::1")]
    [InlineData("ip:a/007/10.0.0.1", "ip:a/7/10.0.0.1")]
    [InlineData("duid:00AB", "duid:00ab")]
    public void Other_keys_are_brought_into_their_one_form(string text, string form)
    {
        Assert.True(DeviceKey.TryParse(text, out var key));
        Assert.Equal(form, key.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("radio")]
    [InlineData("ip:10.0.0.1")]
    [InlineData("ip:home/x/10.0.0.1")]
    [InlineData("ip:home/4096/10.0.0.1")]
    [InlineData("ip:home/0/host")]
    [InlineData("duid:")]
    [InlineData("cid:0")]
    [InlineData("cid:xy")]
    public void Anything_else_is_no_key(string? text) => Assert.False(DeviceKey.TryParse(text, out _));

    [Fact]
    public void The_stable_hash_never_changes()
    {
        Assert.Equal(0x97A5EA9282AE9C7DUL, DeviceKey.OfMac(new MacAddress(0x001EC2010203)).StableHash());
        Assert.Equal(DeviceKey.OfMac(new MacAddress(1)), DeviceKey.OfMac(new MacAddress(1)));
        Assert.NotEqual(DeviceKey.OfClientId([1]), DeviceKey.OfDuid([1]));
    }
}
