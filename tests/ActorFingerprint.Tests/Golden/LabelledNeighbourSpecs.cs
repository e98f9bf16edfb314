using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Devices of the shared corpora whose model is known: their announcements tell it, of them and of no other device.</summary>
public sealed class LabelledNeighbourSpecs
{
    [Theory]
    [InlineData("D-LinkSwitch/Setup-C-2-STA.pcap", "90:8d:78:a9:3d:6f", "MdnsText _dhnap._tcp model_number=DSP-W215", "dsp3D6F")]
    [InlineData("D-LinkSensor/Setup-B-2-STA.pcap", "90:8d:78:a8:e1:43", "MdnsText _dhnap._tcp model_number=DCH-S150", "dchE143")]
    [InlineData("D-LinkHomeHub/Setup-A-4-STA.pcap", "1c:5f:2b:aa:fd:4e", "MdnsText _dhnap._tcp model_number=DCH-G020", "dchgFD4E")]
    [InlineData("HueBridge/Setup-C-1-STA.pcap", "00:17:88:24:76:ff", "SsdpServer Linux/3.14.0 UPnP/1.0 IpBridge/1.9.0", null)]
    [InlineData("D-LinkCam/Setup-C-8-STA.pcap", "b0:c5:54:25:5b:0e", "SsdpType urn:schemas-upnp-org:device:DCS-935L:1", null)]
    [InlineData("WeMoInsightSwitch/Setup-C-8-STA.pcap", "94:10:3e:41:c2:05", "SsdpType urn:Belkin:device:insight:1", null)]
    [InlineData("WeMoLink/Setup-C-3-STA.pcap", "94:10:3e:cd:37:65", "SsdpType urn:Belkin:device:bridge:1", null)]
    public void A_labelled_device_tells_its_model(string capture, string mac, string fact, string? hostName)
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        Assert.True(MacAddress.TryParse(mac, out var address));
        var found = StageRun.OfCorpus("lan/iot-sentinel/" + capture).Observations.OfType<DiscoveryObservation>().ToList();
        var telling = found.Where(observation => observation.Facts().Contains(fact)).Select(observation => observation.Device).Distinct();
        Assert.Equal(DeviceKey.OfMac(address), Assert.Single(telling));
        if (hostName is null) return;
        var named = found.Where(observation => observation.Names().Contains(hostName)).Select(observation => observation.Device).Distinct();
        Assert.Equal(DeviceKey.OfMac(address), Assert.Single(named));
    }
}
