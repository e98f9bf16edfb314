using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Node.Probing;

/// <summary>Whom to ask what. Only addresses, never names: nothing is resolved.</summary>
/// <param name="Device">The device.</param>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Description">Path of the UPnP description; null asks for the ServerHello.</param>
public sealed record ProbeTarget(DeviceKey Device, NetworkAddress Address, int Port, string? Description)
{
    /// <summary><c>ja3s</c> or <c>upnp</c>.</summary>
    public string Kind => Description is null ? "ja3s" : "upnp";

    /// <summary>
    /// The TLS server of an open-port fact (<c>tcp/443</c>, <c>tcp/8443</c>) at one of its device's addresses; null when the port is another one,
    /// or no address is local.
    /// </summary>
    public static ProbeTarget? OfPort(DeviceKey device, string fact, IReadOnlyList<string> addresses, IReadOnlyList<NetworkPrefix> localNetworks)
    {
        int? port = fact switch { "tcp/443" => 443, "tcp/8443" => 8443, _ => null };
        if (port is null) return null;
        foreach (var text in addresses.Reverse()) // newest first
            if (NetworkAddress.TryParse(text, out var address) && MayAsk(address, localNetworks))
                return new ProbeTarget(device, address, port.Value, null);
        return null;
    }

    /// <summary>
    /// The description of an SSDP LOCATION: over HTTP, at a local address that is the device's own (a LOCATION may name anybody); else null.
    /// </summary>
    public static ProbeTarget? OfLocation(
        DeviceKey device, string location, IReadOnlyList<string> addresses, IReadOnlyList<NetworkPrefix> localNetworks)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.UserInfo.Length > 0) return null;
        if (uri.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6)) return null;
        if (!NetworkAddress.TryParse(uri.Host.Trim('[', ']'), out var address) || !MayAsk(address, localNetworks)) return null;
        return addresses.Contains(address.ToString(), StringComparer.OrdinalIgnoreCase)
            ? new ProbeTarget(device, address, uri.Port, uri.PathAndQuery) : null;
    }

    /// <summary>Local networks only; IPv6 link-local addresses are of no use without their interface.</summary>
    private static bool MayAsk(NetworkAddress address, IReadOnlyList<NetworkPrefix> localNetworks) =>
        !address.IsUnspecified && !address.IsMulticastOrBroadcast && !(address.IsV6 && address.IsLinkLocal)
        && (address.IsPrivate || localNetworks.Any(network => network.Contains(address)));
}
