using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceFeaturesSpecs
{
    [Fact]
    public void Features_are_canonical_json_of_the_newest_lists_and_all_ja4_values()
    {
        var state = DeviceSpec.Given()
            .When(Observe.Hello("t13d_b", sni: "private.example"))
            .When(Observe.Dhcp(DhcpMessageType.Request, [1, 3], hostName: "anna"u8.ToArray()))
            .When(Observe.Dhcp(DhcpMessageType.Discover, [9]))
            .When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3, 6], vendorClass: "<MSFT> 5.0"))
            .When(Observe.Hello("t13d_a")).State;
        var json = DeviceFeatures.ToCanonicalJson(state)!;
        const string Expected = "{\"dhcp\":{\"discover\":{\"list\":\"1,3,6\",\"options\":\"53,55,12,255\",\"vendor_class\":\"<MSFT> 5.0\"},"
            + "\"request\":{\"list\":\"1,3\",\"options\":\"53,55,12,255\"}},\"ja4\":[\"t13d_a\",\"t13d_b\"]}";
        Assert.Equal(Expected, json);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Expected)))[..16], DeviceFeatures.Hash(json));
    }

    [Fact]
    public void The_order_in_which_values_came_does_not_matter_for_ja4()
    {
        var ab = DeviceSpec.Given().When(Observe.Hello("a")).When(Observe.Hello("b")).State;
        var ba = DeviceSpec.Given().When(Observe.Hello("b")).When(Observe.Hello("a")).State;
        Assert.Equal(DeviceFeatures.ToCanonicalJson(ab), DeviceFeatures.ToCanonicalJson(ba));
    }

    [Fact]
    public void A_device_without_fingerprints_has_no_features() =>
        Assert.Null(DeviceFeatures.ToCanonicalJson(DeviceSpec.Given().When(Observe.ServerHello()).State));
}
