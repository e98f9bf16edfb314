using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Names;

/// <summary>
/// What a NetBIOS datagram tells of its sender: its name, when the address in it is the sender's, and its browser announcement.
/// </summary>
internal static class DatagramFacts
{
    /// <summary>
    /// Server type bits of the part that a host plays among browsers: potential, backup and master browser. It changes with every
    /// election.
    /// </summary>
    private const uint BrowserRoles = 0x0007_0000;

    /// <summary>Names that the host gives for itself.</summary>
    public static GivenName[] NamesOf(NetbiosDatagram datagram, NetworkAddress sender)
    {
        List<GivenName> names = [];
        if (datagram.SourceAddress == sender && NetbiosFacts.IsHostName(datagram.Source))
            names.Add(new GivenName(datagram.Source.Name, HostNameSource.Netbios));
        if (datagram.Browser is { IsOfSender: true, Server: { } server }) names.Add(new GivenName(server, HostNameSource.Browser));
        return [.. names];
    }

    /// <summary>System version, lasting server type bits and comment of an announcement: <c>10.0 00001003</c>.</summary>
    public static DeviceFact[] FactsOf(NetbiosDatagram datagram)
    {
        if (datagram.Browser is not { IsOfSender: true, OsMajor: { } major, OsMinor: { } minor, ServerType: { } type } host) return [];
        var text = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor} {type & ~BrowserRoles:x8}");
        return [new DeviceFact(FactKind.Browser, FactText.Bounded(host.Comment is null ? text : $"{text} {host.Comment}"))];
    }
}
