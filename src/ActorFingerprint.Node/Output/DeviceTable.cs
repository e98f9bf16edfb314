using System.Globalization;
using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Node.Output;

/// <summary>Devices for people: one line each.</summary>
public static class DeviceTable
{
    private const int Shown = 3;

    /// <summary>Writes the table, or a line that there are none.</summary>
    public static void Write(IReadOnlyList<DeviceRow> devices, TextWriter output, bool isTerminal)
    {
        if (devices.Count == 0)
        {
            output.WriteLine("no devices");
            return;
        }
        var table = new TextTable("device", "label", "type", "vendor", "addresses", "host name", "DHCP list", "JA4s", "first seen", "last seen",
            "status");
        foreach (var device in devices)
        {
            table.Add(
                device.Mac ?? device.Key, device.Label, TypeOf(device.Identity), VendorOf(device), Join(device.Addresses),
                Join(device.HostNames), device.DhcpList, device.DistinctJa4.ToString(CultureInfo.InvariantCulture),
                Time(device.FirstSeenTicks), Time(device.LastSeenTicks), device.Status);
        }
        table.Write(output, isTerminal);
    }

    /// <summary>UTC to the second.</summary>
    public static string Time(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Type and how sure it is: <c>camera 97 %</c>; empty while it is not known.</summary>
    public static string TypeOf(IdentityRow? identity) => identity is null or { Type: "unknown" }
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{identity.Type} {identity.Confidence * 100:0} %");

    /// <summary>Who made it and which model, else the vendor of its network interface.</summary>
    private static string? VendorOf(DeviceRow device)
    {
        var vendor = device.Identity?.Vendor ?? (device.IsLocallyAdministered ? "(local address)" : device.Vendor);
        return device.Identity?.Model is { } model ? $"{vendor} {model}".Trim() : vendor;
    }

    private static string Join(IReadOnlyList<string> values) =>
        string.Join(' ', values.TakeLast(Shown)) + (values.Count > Shown ? $" +{values.Count - Shown}" : "");
}
