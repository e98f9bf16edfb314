using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Node.Probing;
using Xunit;

namespace ActorFingerprint.Tests.Node.Probing;

public sealed class UpnpDescriptionSpecs
{
    [Fact]
    public void The_root_device_tells_maker_and_model_and_nothing_of_its_owner() => Assert.Equal(
        ["deviceType=urn:schemas-upnp-org:device:MediaRenderer:1", "manufacturer=Example & Co", "modelName=Box \\xe2\\x99\\xab"],
        Read("""
            <?xml version="1.0"?>
            <root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major></specVersion>
              <device>
                <deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType>
                <friendlyName>Anna's living room</friendlyName>
                <manufacturer> Example &amp; Co </manufacturer>
                <modelName><![CDATA[Box ♫]]></modelName>
                <modelName>second</modelName>
                <modelNumber/>
                <serialNumber>123</serialNumber><UDN>uuid:1</UDN>
                <deviceList><device><modelName>embedded</modelName></device></deviceList>
              </device>
            </root>
            """));

    [Theory]
    [InlineData("""<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><root><device><modelName>&e;</modelName></device></root>""")]
    [InlineData("""<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><root><device><modelName>&b;</modelName></device></root>""")]
    [InlineData("<html><device><modelName>x</modelName></device></html>")]
    [InlineData("not xml")]
    [InlineData("")]
    public void Entities_and_other_documents_give_nothing(string text) => Assert.Empty(Read(text));

    [Fact]
    public void What_was_read_before_a_fault_stays_and_texts_depth_and_length_are_bounded()
    {
        Assert.Equal(["modelName=Box"], Read("<root><device><modelName>Box</modelName><modelNumb"));
        Assert.Equal(DeviceFact.MaxLength, Assert.Single(Read($"<root><device><modelName>{new string('x', 5000)}</modelName></device></root>")).Length);
        Assert.Empty(Read("<root><device>" + string.Concat(Enumerable.Repeat("<a>", 10_000))));
        Assert.Empty(Read($"<root><device><a>{new string('x', UpnpDescription.MaxLength)}</a><modelName>x</modelName></device></root>"));
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        var seed = Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><root><device><modelName>a&amp;b</modelName><manufacturer><![CDATA[c]]></manufacturer></device></root>");
        var random = new Random(5);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = seed.ToArray();
            for (var change = 0; change < 3; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = UpnpDescription.Read(bytes.AsMemory(0, random.Next(bytes.Length + 1)));
        }
    }

    private static IEnumerable<string> Read(string text) => UpnpDescription.Read(Encoding.UTF8.GetBytes(text)).Select(fact => fact.Value);
}
