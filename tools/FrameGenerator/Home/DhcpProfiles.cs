namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>DHCP clients of the home: lists of the shape that each family sends.</summary>
internal static class DhcpProfiles
{
    public static readonly DhcpProfile Windows =
        new([1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252], [53, 61, 50, 54, 12, 81, 60, 55])
        {
            VendorClass = "MSFT 5.0",
            InformParameters = [1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 121, 249, 252],
        };

    public static readonly DhcpProfile MacOs = new([1, 121, 3, 6, 15, 108, 114, 119, 252, 95, 44, 46], [53, 55, 57, 61, 50, 54, 51, 12]);

    public static readonly DhcpProfile Ios = new([1, 121, 3, 6, 15, 108, 114, 119, 252], [53, 55, 57, 61, 50, 54, 51, 12]);

    public static readonly DhcpProfile Android = new([1, 3, 6, 15, 26, 28, 51, 58, 59, 43, 114, 108], [53, 61, 50, 54, 57, 60, 12, 55])
    {
        VendorClass = "android-dhcp-14",
    };

    public static readonly DhcpProfile NetworkManager =
        new([1, 2, 6, 12, 15, 26, 28, 121, 3, 33, 40, 41, 42, 119, 249, 252, 17], [53, 61, 55, 57, 50, 54, 12]);

    public static readonly DhcpProfile Dhcpcd =
        new([1, 121, 33, 3, 6, 12, 15, 26, 28, 51, 54, 58, 59, 119], [53, 61, 50, 54, 57, 60, 12, 55])
        {
            VendorClass = "dhcpcd-9.4.1:Linux-6.1.21-v8+:aarch64:BCM2835",
        };

    public static readonly DhcpProfile Udhcp =
        new([1, 3, 6, 12, 15, 28, 42], [53, 61, 50, 54, 57, 55, 60, 12]) { VendorClass = "udhcp 1.22.1" };

    /// <summary>The same client after a firmware update: another version and one more parameter.</summary>
    public static readonly DhcpProfile UdhcpUpdated =
        new([1, 3, 6, 12, 15, 28, 33, 42, 121], [53, 61, 50, 54, 57, 55, 60, 12]) { VendorClass = "udhcp 1.36.1" };

    public static readonly DhcpProfile Printer = new([6, 3, 1, 15, 66, 67, 13, 44, 12, 81, 252], [53, 61, 50, 54, 55, 60, 12, 81])
    {
        VendorClass = "Example JetPrinter",
    };

    public static readonly DhcpProfile IpPhone = new([1, 66, 6, 3, 15, 150, 35], [53, 61, 50, 54, 12, 60, 55])
    {
        VendorClass = "Example Systems, Inc. IP Phone EX-7962",
    };

    public static readonly DhcpProfile Television =
        new([1, 3, 6, 12, 15, 28, 33, 121], [53, 57, 50, 54, 55, 60, 12]) { VendorClass = "udhcp 1.24.2" };

    public static readonly DhcpProfile Streamer = new([1, 3, 6, 15, 12], [53, 61, 50, 54, 57, 55, 12]);

    public static readonly DhcpProfile Console = new([1, 3, 15, 6], [53, 61, 50, 54, 55, 12]);

    public static readonly DhcpProfile Microcontroller = new([1, 3, 28, 6], [53, 57, 50, 54, 55, 12]);

    public static readonly DhcpProfile Microcontroller32 = new([1, 3, 28, 6, 58, 59], [53, 57, 61, 50, 54, 55, 12]);

    public static readonly DhcpProfile HomeRouter = new([1, 28, 2, 121, 3, 15, 6, 12], [53, 61, 57, 50, 54, 55, 12]);

    public static readonly DhcpProfile Bootp = new([], []) { IsBootp = true };
}
