using ActorFingerprint.Core.Identification;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// What the free texts of databases (names, classes such as "Routers and APs", kinds such as "IP Camera") say of type, vendor and operating
/// system. By whole words; what is in no table is unknown, not guessed.
/// </summary>
public static class DeviceWords
{
    /// <summary>The type that the first text with a known word names; texts are asked in order.</summary>
    public static DeviceType TypeOf(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
            if (DeviceTypeWords.Table.TryFind(text, out var type) && type != DeviceType.Unknown) return type;
        foreach (var text in texts)
            if (OsOf(text) is "Windows" or "macOS" or "ChromeOS") return DeviceType.Computer;
        return DeviceType.Unknown;
    }

    /// <summary>The family of the operating system that the first text with a known word names; null without one.</summary>
    public static string? OsOf(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
            if (text?.Trim() == "IOS") return "Cisco IOS";
            else if (OsWords.Table.TryFind(text, out var os)) return os;
        return null;
    }

    /// <summary>The maker that the first text with a known name or product names; null without one.</summary>
    public static string? VendorOf(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
            if (VendorWords.Table.TryFind(text, out var vendor)) return vendor;
        return null;
    }
}
