using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>What the read side knows of a device, as the API takes it.</summary>
internal static class DeviceSignals
{
    private static readonly string UserAgent = StoredNames.Of(FactKind.UserAgent);
    private static readonly string Dhcpv6 = StoredNames.Of(FactKind.Dhcpv6);

    /// <summary>The signals of a device that has a MAC address; newest lists and newest user agents first.</summary>
    public static async Task<ApiSignals> ReadAsync(IDeviceReadModel devices, DeviceKey device, CancellationToken stop)
    {
        var key = device.ToString();
        var dhcp = await devices.DhcpAsync(key, stop);
        var facts = await devices.FactsAsync(key, stop);
        return Of(dhcp, facts);
    }

    /// <summary>The signals in rows of the read side.</summary>
    public static ApiSignals Of(IReadOnlyList<DhcpFingerprintRow> dhcp, IReadOnlyList<FactRow> facts) => new()
    {
        DhcpFingerprint = dhcp.Count > 0 ? dhcp[0].Ordered : null,
        DhcpVendor = dhcp.Select(row => row.VendorClass).FirstOrDefault(vendor => vendor is not null),
        Dhcp6Fingerprint = facts.Where(fact => fact.Kind == Dhcpv6).Select(fact => Clue.OptionRequestOf(fact.Value)).LastOrDefault(list => list is not null),
        UserAgents = [.. facts.Where(fact => fact.Kind == UserAgent).Select(fact => fact.Value).Reverse()],
    };
}
