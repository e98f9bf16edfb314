using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Vendors;
using Xunit;

namespace ActorFingerprint.Tests.Core.Vendors;

public sealed class VendorTableSpecs
{
    [Theory]
    [InlineData("00:1A:11:00:00:01", "Google, Inc.")]
    [InlineData("AC:CF:23:00:00:01", "Hi-flying electronics technology Co.,Ltd")]
    [InlineData("BC:24:11:00:00:01", "Proxmox Server Solutions GmbH")]
    public void A_24_bit_prefix_names_its_vendor(string mac, string vendor) => Assert.Equal(vendor, Find(mac));

    [Theory]
    [InlineData("00:55:DA:50:00:01", "Nanoleaf")]
    [InlineData("00:55:DA:0F:FF:FF", "Shinko Technos co.,ltd.")]
    public void A_28_bit_prefix_wins_over_the_container_it_is_in(string mac, string vendor) => Assert.Equal(vendor, Find(mac));

    [Theory]
    [InlineData("00:1B:C5:00:10:01", "OpenRB.com, Direct SIA")]
    [InlineData("00:1B:C5:00:2F:FF", "GORAMO - Janusz Gorecki")]
    public void A_36_bit_prefix_wins_over_the_container_it_is_in(string mac, string vendor) => Assert.Equal(vendor, Find(mac));

    [Theory]
    [InlineData("02:1A:11:00:00:01", "locally administered")]
    [InlineData("01:1A:11:00:00:01", "a group address")]
    [InlineData("00:00:00:00:00:00", "no address")]
    [InlineData("02:60:8C:00:00:01", "an old assignment with the local bit")]
    [InlineData("00:55:DA:F0:00:01", "a container without a longer prefix")]
    public void There_is_no_vendor(string mac, string because) => Assert.True(Find(mac) is null, because);

    [Fact]
    public void The_table_names_its_source_and_holds_the_registry()
    {
        Assert.Equal("oui-data 2.1.9", VendorTable.Embedded.Source);
        Assert.InRange(VendorTable.Embedded.Count, 50_000, 100_000);
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        Assert.True(MacAddress.TryParse("00:1B:C5:00:20:01", out var mac));
        VendorTable.Embedded.Find(mac);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) VendorTable.Embedded.Find(mac);
        }));
    }

    [Fact]
    public void Bytes_that_are_no_table_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => VendorTable.Read(new MemoryStream([1, 2, 3, 4])));
        using var stream = typeof(VendorTable).Assembly.GetManifestResourceStream("vendors.bin")!;
        var cut = new byte[stream.Length / 2];
        stream.ReadExactly(cut);
        Assert.Throws<InvalidDataException>(() => VendorTable.Read(new MemoryStream(cut)));
    }

    private static string? Find(string text) =>
        MacAddress.TryParse(text, out var mac) ? VendorTable.Embedded.Find(mac) : throw new ArgumentException(text);

    [Theory]
    [InlineData("B0:C5:54", "D-Link")]
    [InlineData("00:17:88", "Philips Lighting")]
    [InlineData("5C:CF:7F", "Espressif")]
    [InlineData("A4:34:D9", "Intel")]
    [InlineData("F0:18:98", "Apple")]
    [InlineData("A0:40:A0", "NETGEAR")]
    [InlineData("00:80:A3", "Lantronix")]
    [InlineData("18:66:DA", "Dell")]
    [InlineData("F4:F5:D8", "Google")]
    [InlineData("1C:69:7A", "EliteGroup")]
    [InlineData("00:11:32", "Synology")]
    [InlineData("3C:D9:2B", "Hewlett Packard")]
    [InlineData("78:BD:BC", "Samsung")]
    [InlineData("B8:27:EB", "Raspberry Pi")]
    [InlineData("50:C7:BF", "TP-LINK")]
    [InlineData("B0:A7:37", "Roku")]
    [InlineData("FC:65:DE", "Amazon")]
    [InlineData("98:B6:E9", "Nintendo")]
    [InlineData("00:1B:D4", "Cisco")]
    [InlineData("78:8A:20", "Ubiquiti")]
    [InlineData("24:5A:4C", "Ubiquiti")]
    public void The_sample_home_uses_prefixes_of_makers_of_such_devices(string prefix, string maker)
    {
        Assert.True(MacAddress.TryParse($"{prefix}:00:00:01", out var mac));
        Assert.StartsWith(maker, VendorTable.Embedded.Find(mac), StringComparison.Ordinal);
    }
}
