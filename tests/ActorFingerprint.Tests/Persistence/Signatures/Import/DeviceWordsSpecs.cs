using ActorFingerprint.Core.Identification;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

public sealed class DeviceWordsSpecs
{
    [Theory]
    [InlineData("IP Camera", DeviceType.Camera)]
    [InlineData("VoIP Phones/Adapters", DeviceType.VoipPhone)]
    [InlineData("Routers and APs", DeviceType.Router)]
    [InlineData("Wireless Access Point           ", DeviceType.AccessPoint)]
    [InlineData("Gaming Consoles", DeviceType.Console)]
    [InlineData("Home Audio/Video Equipment", DeviceType.SmartTV)]
    [InlineData("Storage Devices", DeviceType.Nas)]
    [InlineData("Smartphones/PDAs/Tablets", DeviceType.Phone)]
    [InlineData("Print Server", DeviceType.Printer)]
    [InlineData("Multifunction Device", DeviceType.Printer)]
    [InlineData("Lights Out Management", DeviceType.Server)]
    [InlineData("Smart Switch", DeviceType.Plug)]
    [InlineData("Nintendo Switch", DeviceType.Console)]
    [InlineData("HP ProCurve Switches", DeviceType.Router)]
    [InlineData("Apple iPad", DeviceType.Tablet)]
    [InlineData("Microsoft Windows 7", DeviceType.Computer)]
    [InlineData("SmartWatch", DeviceType.Wearable)]
    [InlineData("Multimedia Device", DeviceType.Unknown)]
    [InlineData("Router, Access Point or Femtocell", DeviceType.Router)]
    [InlineData("php 5 honest algol gecko monitoring", DeviceType.Unknown)]
    [InlineData("Linux 2.6", DeviceType.Unknown)]
    [InlineData("", DeviceType.Unknown)]
    [InlineData(null, DeviceType.Unknown)]
    public void A_type_is_told_by_whole_words(string? text, DeviceType type) => Assert.Equal(type, DeviceWords.TypeOf(text));

    [Theory]
    [InlineData("Mac OS X 10.9", "macOS")]
    [InlineData("IOS", "Cisco IOS")]
    [InlineData("iOS", "iOS")]
    [InlineData("Windows CE", "Windows CE")]
    [InlineData("Windows XP", "Windows")]
    [InlineData("Ubuntu 22.04", "Linux")]
    [InlineData("Chrome OS", "ChromeOS")]
    [InlineData("windowsill", null)]
    public void A_family_of_systems_is_told_by_whole_words(string text, string? os) => Assert.Equal(os, DeviceWords.OsOf(text));

    [Theory]
    [InlineData("HP JetDirect", "HP")]
    [InlineData("php server", null)]
    [InlineData("Cisco/Linksys SPA", "Cisco")]
    [InlineData("iPhone 12", "Apple")]
    [InlineData("TP-Link Router", "TP-Link")]
    [InlineData("Microsoft Windows 7", null)]
    public void A_maker_is_told_by_whole_words(string text, string? vendor) => Assert.Equal(vendor, DeviceWords.VendorOf(text));

    [Fact]
    public void Texts_are_asked_in_order() =>
        Assert.Equal(DeviceType.AccessPoint, DeviceWords.TypeOf("Acme WAP", "Wireless Access Point", "Router, Access Point or Femtocell"));
}
