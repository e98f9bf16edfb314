using static ActorFingerprint.Tools.FrameGenerator.Tls.TlsStacks;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>
/// The devices of the home. MAC prefixes belong to the vendors that build such things, so that the vendor table has something
/// to say; every host name and server name is made up.
/// </summary>
internal static class DeviceCatalog
{
    /// <summary>Name of the router behind which the guests are.</summary>
    public const string RouterName = "travel router";

    private static readonly string[] Web = ["www.example.com", "news.example.org", "mail.example.net", "shop.example", "video.example.com"];

    private static readonly DeviceModel Phone = new()
    {
        Name = "phone with a private address",
        HostName = "phone",
        Dhcp = DhcpProfiles.Ios,
        Stacks = [SafariLike],
        Quic = SafariQuicLike,
        Servers = Web,
        ConnectionsPerDay = 26,
        HasIpv6 = true,
        BulkKilobytes = 4,
    };

    private static readonly DeviceModel Camera = new()
    {
        Name = "camera",
        Prefix = "B0:C5:54",
        HostName = "DCS-{tail}",
        Dhcp = DhcpProfiles.Udhcp,
        Stacks = [MbedTls2Like],
        Servers = ["cloud.camera.example"],
        ConnectionsPerDay = 16,
    };

    private static readonly DeviceModel Hub = new()
    {
        Name = "light hub",
        Prefix = "00:17:88",
        HostName = "hub-{tail}",
        Dhcp = DhcpProfiles.Udhcp,
        Stacks = [OldEmbedded],
        Servers = ["bridge.lights.example"],
        ConnectionsPerDay = 8,
        Service = "_hap._tcp.local",
    };

    private static readonly DeviceModel Sensor = new()
    {
        Name = "climate sensor",
        Prefix = "5C:CF:7F",
        HostName = "ESP_{tail}",
        Dhcp = DhcpProfiles.Microcontroller,
        Stacks = [MbedTls2Like],
        Servers = ["mqtt.things.example"],
        ServerPort = 8883,
        ConnectionsPerDay = 6,
        Segment = HomeSegment.Things,
    };

    private static readonly DeviceModel Guest = new()
    {
        Name = "device behind the second router",
        Stacks = [ChromeLike, FirefoxLike],
        Servers = Web,
        ConnectionsPerDay = 3,
        Segment = HomeSegment.BehindRouter,
    };

    /// <summary>In the order in which <c>--devices</c> takes them: what is special comes first.</summary>
    public static readonly IReadOnlyList<DeviceModel> All =
    [
        Phone with { Becomes = Phone, ChangesAddress = true },
        Camera with { Becomes = Camera with { Dhcp = DhcpProfiles.UdhcpUpdated, Stacks = [MbedTls3Like] } },
        new()
        {
            Name = "Windows laptop", Prefix = "A4:34:D9", HostName = "DESKTOP-7K2M9QX", Dhcp = DhcpProfiles.Windows,
            Stacks = [ChromeLike, SchannelLike], Quic = ChromeQuicLike, Servers = Web, ConnectionsPerDay = 30, Hours = (7, 23),
            HasIpv6 = true, BulkKilobytes = 8,
        },
        new()
        {
            Name = "MacBook", Prefix = "F0:18:98", HostName = "studio-macbook", Dhcp = DhcpProfiles.MacOs, Stacks = [SafariLike],
            Servers = Web, ConnectionsPerDay = 20, Hours = (8, 22), HasIpv6 = true, Service = "_companion-link._tcp.local",
        },
        new()
        {
            Name = RouterName, Prefix = "A0:40:A0", HostName = "travel-router", Dhcp = DhcpProfiles.HomeRouter,
            Stacks = [GoLike], Servers = ["update.router.example"], ConnectionsPerDay = 2,
        },
        Guest, Guest, Guest, Guest, Guest, Guest,
        Sensor,
        new() { Name = "terminal server (BOOTP)", Prefix = "00:80:A3", Dhcp = DhcpProfiles.Bootp },
        new()
        {
            Name = "thermostat", Prefix = "24:0A:C4", HostName = "thermostat-{tail}", Dhcp = DhcpProfiles.Microcontroller32,
            Stacks = [MbedTls3Like], Servers = ["mqtt.things.example"], ServerPort = 8883, ConnectionsPerDay = 8,
            Segment = HomeSegment.Things,
        },
        new()
        {
            Name = "Linux workstation", Prefix = "18:66:DA", HostName = "workbench", Dhcp = DhcpProfiles.NetworkManager,
            Stacks = [FirefoxLike, CurlLike], Servers = Web, ConnectionsPerDay = 28, Hours = (9, 19), HasIpv6 = true,
            BulkKilobytes = 8,
        },
        new()
        {
            Name = "Android phone", Prefix = "F4:F5:D8", HostName = "Pixel-8", Dhcp = DhcpProfiles.Android,
            Stacks = [ChromeLike, WebViewLike], Servers = Web, ConnectionsPerDay = 24, HasIpv6 = true,
        },
        new()
        {
            Name = "media server", Prefix = "1C:69:7A", HostName = "media", Dhcp = DhcpProfiles.NetworkManager,
            Stacks = [JavaLike], Servers = ["metadata.media.example"], ConnectionsPerDay = 10,
        },
        new()
        {
            Name = "network storage", Prefix = "00:11:32", HostName = "storage",
            Dhcp = DhcpProfiles.Udhcp with { VendorClass = "udhcp 1.31.0" }, Stacks = [CurlLike],
            Servers = ["update.storage.example", "backup.example.net"], ConnectionsPerDay = 8, BulkKilobytes = 12,
            Service = "_smb._tcp.local",
        },
        new()
        {
            Name = "printer", Prefix = "3C:D9:2B", HostName = "NPI{tail}", Dhcp = DhcpProfiles.Printer, Stacks = [Ancient],
            Servers = ["ink.printer.example"], ConnectionsPerDay = 3, Service = "_ipp._tcp.local",
        },
        new()
        {
            Name = "television", Prefix = "78:BD:BC", HostName = "television", Dhcp = DhcpProfiles.Television,
            Stacks = [OldEmbedded, WebViewLike], Servers = ["video.example.com", "ads.tv.example"], ConnectionsPerDay = 14,
            Hours = (16, 24), BulkKilobytes = 24, Service = "_airplay._tcp.local",
        },
        new()
        {
            Name = "single-board computer", Prefix = "B8:27:EB", HostName = "sensor-hub", Dhcp = DhcpProfiles.Dhcpcd,
            Stacks = [CurlLike], Servers = ["api.weather.example"], ConnectionsPerDay = 24, BulkKilobytes = 1,
        },
        Hub,
        new()
        {
            Name = "smart plug", Prefix = "50:C7:BF", HostName = "HS110", Dhcp = DhcpProfiles.Microcontroller,
            Stacks = [MbedTls2Like], Servers = ["plug.example"], ConnectionsPerDay = 6,
        },
        new()
        {
            Name = "streaming stick", Prefix = "B0:A7:37", HostName = "streamer", Dhcp = DhcpProfiles.Streamer,
            Stacks = [OldEmbedded], Servers = ["video.example.com"], ConnectionsPerDay = 8, Hours = (18, 23), BulkKilobytes = 16,
        },
        new()
        {
            Name = "voice assistant", Prefix = "FC:65:DE", HostName = "speaker-{tail}",
            Dhcp = DhcpProfiles.Udhcp with { VendorClass = "dhcpcd-5.5.6" }, Stacks = [WebViewLike], Servers = ["voice.example"],
            ConnectionsPerDay = 12,
        },
        new()
        {
            Name = "game console", Prefix = "98:B6:E9", HostName = "console", Dhcp = DhcpProfiles.Console,
            Stacks = [SchannelLike], Servers = ["play.example"], ConnectionsPerDay = 6, Hours = (17, 22), BulkKilobytes = 16,
        },
        new()
        {
            Name = "IP phone", Prefix = "00:1B:D4", HostName = "SEP{mac}", Dhcp = DhcpProfiles.IpPhone, Stacks = [OldEmbedded],
            Servers = ["pbx.example.net"], ServerPort = 5061, ConnectionsPerDay = 4,
        },
        new()
        {
            Name = "tablet", Prefix = "A4:83:E7", HostName = "kitchen-tablet", Dhcp = DhcpProfiles.Ios, Stacks = [SafariLike],
            Servers = Web, ConnectionsPerDay = 12, HasIpv6 = true,
        },
        new()
        {
            Name = "build runner", Prefix = "94:C6:91", HostName = "runner", Dhcp = DhcpProfiles.NetworkManager,
            Stacks = [GoLike, CurlLike], Servers = ["registry.example", "git.example.org"], ConnectionsPerDay = 12,
            BulkKilobytes = 8,
        },
        new()
        {
            Name = "old Windows PC", Prefix = "3C:A9:F4", HostName = "LAPTOP-3F8GD2LP",
            Dhcp = DhcpProfiles.Windows with { InformParameters = [1, 3, 6, 15, 44, 46, 47, 31, 33, 249, 43] },
            Stacks = [SchannelLike], Servers = Web, ConnectionsPerDay = 8, Hours = (10, 18),
        },
    ];
}
