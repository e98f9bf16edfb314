using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Builds devices from what databases say of them.</summary>
internal static class ImportedDevice
{
    private const string SystemRoot = "Operating System";
    private const string ManufacturerRoot = "Hardware Manufacturer";
    private const string OtherRoot = "Other";
    private const int MaxName = 200;

    /// <summary>
    /// A device with a path of its own: by type and vendor, else below its operating system, else below its vendor.
    /// </summary>
    /// <param name="name">The database's name.</param>
    /// <param name="type">What it is for.</param>
    /// <param name="vendor">Who made it.</param>
    /// <param name="os">Family of its operating system.</param>
    public static SignatureDevice Of(string name, DeviceType type, string? vendor, string? os)
    {
        vendor = Clean(vendor);
        os = Clean(os);
        name = Clean(name) ?? "";
        var isSystem = os is not null && (type == DeviceType.Unknown || (type == DeviceType.Computer && vendor is null));
        var path = isSystem ? DevicePath.Of(SystemRoot, os, name == os ? null : name)
            : type != DeviceType.Unknown ? DevicePath.Of(RootOf(type), KindOf(type), vendor, name)
            : vendor is not null ? DevicePath.Of(ManufacturerRoot, vendor, name == vendor ? null : name)
            : DevicePath.Of(OtherRoot, name);
        return At(path, type, vendor, os);
    }

    /// <summary>A device at a path of the database's own.</summary>
    public static SignatureDevice At(string path, DeviceType type, string? vendor, string? os) => new(path)
    {
        Type = type,
        Vendor = vendor,
        Os = os,
        IsMobile = type is DeviceType.Phone or DeviceType.Tablet or DeviceType.Wearable
            || (type == DeviceType.Unknown && os is "iOS" or "Windows Phone" or "BlackBerry" or "Symbian"),
        IsTablet = type == DeviceType.Tablet,
    };

    /// <summary>A maker of hardware, and nothing more.</summary>
    public static SignatureDevice Maker(string vendor) =>
        new(DevicePath.Of(ManufacturerRoot, Clean(vendor))) { Vendor = Clean(vendor) };

    /// <summary>A program: it may tell of the operating system, not of the device.</summary>
    public static SignatureDevice Application(string name, string? os) =>
        new(DevicePath.Of(P0fPatterns.Application, Clean(name))) { Os = os };

    /// <summary>A text without blanks around it and control characters in it, of a length to show; null when nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var clean = string.Concat(text.Trim().Select(letter => char.IsControl(letter) ? ' ' : letter));
        return clean.Length <= MaxName ? clean : clean[..MaxName];
    }

    private static string RootOf(DeviceType type) => NameOf(DeviceTypes.Parent(type));

    private static string? KindOf(DeviceType type) => DeviceTypes.Parent(type) == type ? null : NameOf(type);

    private static string NameOf(DeviceType type) => type switch
    {
        DeviceType.SmartTV => "Smart TV",
        DeviceType.Nas => "NAS",
        DeviceType.AccessPoint => "Access Point",
        DeviceType.VoipPhone => "VoIP Phone",
        _ => type.ToString(),
    };
}
