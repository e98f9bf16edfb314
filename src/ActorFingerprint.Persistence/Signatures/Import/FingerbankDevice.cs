using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Devices as Fingerbank orders them: names from the root on, the last one the most exact.</summary>
internal static class FingerbankDevice
{
    /// <summary>The device with these names; the nearest name that says something decides on type, vendor and system.</summary>
    public static SignatureDevice Of(IReadOnlyList<string> names)
    {
        string?[] nearestFirst = [.. names.Reverse()];
        var vendor = names is ["Hardware Manufacturer", var maker, ..] ? maker : DeviceWords.VendorOf(nearestFirst);
        return ImportedDevice.At(DevicePath.Of([.. names]), DeviceWords.TypeOf(nearestFirst), vendor, DeviceWords.OsOf(nearestFirst));
    }
}
