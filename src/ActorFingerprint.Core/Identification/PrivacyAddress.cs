using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Vendors;

namespace ActorFingerprint.Core.Identification;

/// <summary>
/// How likely a MAC address was made at random to hide its owner. Locally administered alone does not say so: virtual machines, containers,
/// bridges and repeaters set that bit by rule (device-identification reference §6).
/// </summary>
public static class PrivacyAddress
{
    /// <summary>0 for addresses with an assigned prefix, up to 1.</summary>
    public static double Likelihood(MacAddress mac)
    {
        if (!mac.IsUnicast || !mac.IsLocallyAdministered) return 0;
        if (IsMadeByRule(mac)) return .05;
        // The address of a known vendor with the bit set: a second radio, a bridge, a repeater.
        return VendorTable.Embedded.Find(new MacAddress(mac.Value & ~(2UL << 40))) is null ? .9 : .4;
    }

    /// <summary>Prefixes that software gives by rule: Docker 02:42, QEMU and KVM 52:54:00, VirtualBox host 0a:00:27, Parallels 0a:1c:42.</summary>
    private static bool IsMadeByRule(MacAddress mac) =>
        mac.Value >> 32 is 0x0242 || mac.Value >> 24 is 0x525400 or 0x0A0027 or 0x001C42 or 0x0A1C42;
}
