using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ActorFingerprint.Core.Observations;

/// <summary>A message of the NetBIOS name service.</summary>
public sealed class NetbiosNameObservation : DiscoveryObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public NetbiosNameObservation(in Origin origin, NetbiosMessage message) : base(origin) => Message = message;

    /// <inheritdoc />
    public override string Protocol => "names";

    /// <inheritdoc />
    public override string Event => Message.IsResponse ? $"nbns_{NameOf(Message.Operation)}_response" : $"nbns_{NameOf(Message.Operation)}";

    /// <summary>What it says.</summary>
    public NetbiosMessage Message { get; }

    private static string NameOf(NetbiosOperation operation) => operation switch
    {
        NetbiosOperation.Query => "query",
        NetbiosOperation.Registration or NetbiosOperation.MultihomedRegistration => "registration",
        NetbiosOperation.Release => "release",
        NetbiosOperation.Wait => "wait",
        NetbiosOperation.Refresh or NetbiosOperation.RefreshAlternative => "refresh",
        _ => ((int)operation).ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>A NetBIOS datagram (RFC 1002 §4.4) and the browser message in it.</summary>
public sealed class NetbiosDatagramObservation : DiscoveryObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public NetbiosDatagramObservation(in Origin origin, NetbiosDatagram datagram) : base(origin) => Datagram = datagram;

    /// <inheritdoc />
    public override string Protocol => "names";

    /// <inheritdoc />
    public override string Event => Datagram.Browser is { } browser
        ? browser.Command switch
        {
            BrowserCommand.HostAnnouncement => "browser_host",
            BrowserCommand.LocalMasterAnnouncement => "browser_local_master",
            BrowserCommand.DomainAnnouncement => "browser_domain",
            BrowserCommand.Election => "browser_election",
            BrowserCommand.AnnouncementRequest or BrowserCommand.BackupListRequest => "browser_request",
            _ => "browser",
        }
        : "netbios_datagram";

    /// <summary>What it says.</summary>
    public NetbiosDatagram Datagram { get; }
}

/// <summary>A message of link-local multicast name resolution (RFC 4795).</summary>
public sealed class LlmnrObservation : DiscoveryObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public LlmnrObservation(in Origin origin, DnsMessage message) : base(origin) => Message = message;

    /// <inheritdoc />
    public override string Protocol => "names";

    /// <inheritdoc />
    public override string Event => Message.IsResponse ? "llmnr_response" : "llmnr_query";

    /// <summary>What it says.</summary>
    public DnsMessage Message { get; }
}
