namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Names of makers, and of products that only one of them makes. Makers of operating systems are not makers of what runs them.
/// </summary>
internal static class VendorWords
{
    private static readonly string[] Makers =
    [
        "2Wire", "3Com", "Aastra", "Acer", "ActionTec", "ADTRAN", "Aerohive", "Alcatel", "AMX", "AOpen", "ARRIS", "Aruba", "ASUS", "Avaya",
        "AVM", "Axis", "Belkin", "BlueSocket", "Bosch", "Brocade", "Brother", "Buffalo", "Canon", "Cisco", "Citrix", "Crestron", "D-Link",
        "Dahua", "Dell", "Denon", "DrayTek", "Dyson", "Ecobee", "Edimax", "Emerson", "Enterasys", "Epson", "Ericsson", "Espressif",
        "Extreme Networks", "Extron", "Fitbit", "Fluke", "Fortinet", "Foscam", "Fujitsu", "Garmin", "Gigaset", "Grandstream", "Hikvision",
        "Hisense", "Honeywell", "HTC", "Huawei", "iRobot", "Juniper", "JVC", "Kodak", "Konica Minolta", "Kyocera", "LaCie", "Lantronix",
        "Lenovo", "Lexmark", "LG", "LIFX", "LifeSize", "Linksys", "Lutron", "Mediatrix", "Meraki", "MikroTik", "Mitel", "Motorola", "NEC",
        "Neoware", "Netatmo", "NETGEAR", "Netopia", "Nikon", "Nintendo", "Nokia", "Nortel", "Oki", "OnePlus", "Onkyo", "Osram", "Palm",
        "Panasonic", "Pelco", "Philips", "Pioneer", "Polycom", "QNAP", "Ricoh", "Roku", "Ruckus", "Samsung", "Schneider Electric", "Sharp",
        "ShoreTel", "Siemens", "Sipura", "SMC", "Snom", "SonicWALL", "Sonos", "Sony", "Spectralink", "Symbol", "Synology", "Tandberg",
        "Technicolor", "Tesla", "TiVo", "Toshiba", "TP-Link", "TRENDnet", "Tripp Lite", "Ubiquiti", "Uniden", "UTStarcom", "Vivotek",
        "Vizio", "VMware", "Withings", "Wyse", "Xerox", "Xiaomi", "Yamaha", "Yealink", "Zebra", "ZTE", "Zyxel",
    ];

    public static WordTable<string> Table { get; } = Build();

    private static WordTable<string> Build()
    {
        var table = new WordTable<string>()
            .Add("Apple", "apple|iphone|ipad|ipod|macbook|imac|mac mini|mac pro|apple tv|homepod")
            .Add("Amazon", "amazon|kindle|echo dot|fire tv|fire stick")
            .Add("Microsoft", "xbox|microsoft surface")
            .Add("Sony", "playstation|bravia")
            .Add("Google", "chromecast|google home|google pixel|nest")
            .Add("Barnes & Noble", "barnes and noble|nook")
            .Add("BlackBerry", "blackberry|rim")
            .Add("HP", "hp|hewlett packard|laserjet|officejet|deskjet|jetdirect|procurve|ilo")
            .Add("APC", "apc|american power conversion")
            .Add("Western Digital", "western digital|wd my book|wd")
            .Add("AVM", "fritz box")
            .Add("Nintendo", "wii|nintendo")
            .Add("Texas Instruments", "texas instruments");
        foreach (var maker in Makers)
            table.Add(maker, maker.ToLowerInvariant().Replace('-', ' '));
        return table;
    }
}
