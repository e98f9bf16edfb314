using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Vendors;

namespace ActorFingerprint.Core.Identification;

/// <summary>A value of a device that signatures are compared with.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The value.</param>
/// <param name="AtTicks">Frame time of the packet that first showed it, UTC ticks.</param>
/// <param name="Qualifier">DHCP message type that it comes from, or empty.</param>
public readonly record struct Clue(SignatureKind Kind, string Value, long AtTicks, string Qualifier = "")
{
    /// <summary>Where the option request begins in the fact of a DHCPv6 message.</summary>
    private const string OptionRequest = ";oro=";

    /// <summary>Hex digits of MA-S, MA-M and MA-L prefixes.</summary>
    internal static readonly int[] PrefixDigits = [9, 7, 6];

    /// <summary>The first hex digits of an address, as <see cref="SignatureKind.Oui"/> writes them.</summary>
    internal static string Prefix(MacAddress mac, int digits) => mac.Value.ToString("X12", CultureInfo.InvariantCulture)[..digits];

    /// <summary>The source that evidence of this kind belongs to.</summary>
    public static EvidenceSource SourceOf(SignatureKind kind) => kind switch
    {
        SignatureKind.DhcpList or SignatureKind.DhcpOptions or SignatureKind.DhcpVendorClass or SignatureKind.Dhcpv6List
            or SignatureKind.Dhcpv6Vendor => EvidenceSource.DhcpFingerprint,
        SignatureKind.HostName => EvidenceSource.Hostname,
        SignatureKind.MdnsText => EvidenceSource.MdnsText,
        SignatureKind.MdnsService or SignatureKind.MdnsQuery => EvidenceSource.Mdns,
        SignatureKind.SsdpType or SignatureKind.SsdpServer or SignatureKind.SsdpLocation or SignatureKind.SsdpUuid
            or SignatureKind.SsdpUserAgent => EvidenceSource.Ssdp,
        SignatureKind.Upnp => EvidenceSource.Upnp,
        SignatureKind.Fingerbank => EvidenceSource.FingerbankCache,
        SignatureKind.Ja3 or SignatureKind.Ja4 or SignatureKind.Ja3S or SignatureKind.TlsStack => EvidenceSource.TlsFingerprint,
        SignatureKind.Oui or SignatureKind.Vendor or SignatureKind.Mac => EvidenceSource.MacAnalysis,
        SignatureKind.OpenPort => EvidenceSource.Port,
        SignatureKind.TcpSyn or SignatureKind.TcpSynAck or SignatureKind.Ntp or SignatureKind.ServerName or SignatureKind.Behavior
            or SignatureKind.Wifi => EvidenceSource.Behavior,
        _ => EvidenceSource.PortBanner,
    };

    /// <summary>Adds everything of a device that may tell what it is, in the order of its state.</summary>
    /// <param name="state">The device.</param>
    /// <param name="counters">What was counted of it; null leaves out what only counters know.</param>
    /// <param name="clues">Where to.</param>
    public static void Collect(DeviceState state, DeviceCounters? counters, List<Clue> clues)
    {
        if (state.FirstSeen is not { } first) return;
        CollectAddress(first, clues);
        for (var kind = 0; kind < DeviceState.Kinds; kind++)
            foreach (var value in state.Histories[kind].Values)
                CollectFingerprint((FingerprintKind)kind, value, clues);
        foreach (var name in state.HostNames) CollectHostName(name.Name, name.AtTicks, clues);
        foreach (var fact in state.Facts) CollectFact(fact.Kind, fact.Value, fact.AtTicks, clues);
        if (state.IsRouter) clues.Add(new Clue(SignatureKind.Behavior, Traits.Forwards, first.AtTicks));
        if (Presence.Of(counters) is { } presence) clues.Add(new Clue(SignatureKind.Behavior, presence, counters!.FirstTicks));
    }

    /// <summary>Adds what an event brings that may tell what the device is; nothing for events that bring nothing of the kind.</summary>
    public static void Collect(DeviceEvent @event, List<Clue> clues)
    {
        switch (@event)
        {
            case DeviceEvent.FirstSeen first:
                CollectAddress(first, clues);
                break;
            case DeviceEvent.FingerprintObserved e:
                CollectFingerprint(e.Kind, new FingerprintValue(e.Number, e.Value, e.AtTicks, e.Features), clues);
                break;
            case DeviceEvent.HostNameObserved e:
                CollectHostName(e.Name, e.AtTicks, clues);
                break;
            case DeviceEvent.FactObserved e:
                CollectFact(e.Kind, e.Value, e.AtTicks, clues);
                break;
            case DeviceEvent.RouterIdentified e:
                clues.Add(new Clue(SignatureKind.Behavior, Traits.Forwards, e.AtTicks));
                break;
        }
    }

    /// <summary>Adds what a MAC address tells: its vendor, its prefixes, and whether it looks like one made for privacy.</summary>
    public static void Collect(MacAddress mac, long atTicks, List<Clue> clues)
    {
        if (!mac.IsUnicast) return;
        if (VendorTable.Embedded.Find(mac) is { } vendor) clues.Add(new Clue(SignatureKind.Vendor, vendor, atTicks));
        if (!mac.IsLocallyAdministered)
            foreach (var digits in PrefixDigits)
                clues.Add(new Clue(SignatureKind.Oui, Prefix(mac, digits), atTicks));
        if (PrivacyAddress.Likelihood(mac) > .5) clues.Add(new Clue(SignatureKind.Mac, Traits.PrivacyAddress, atTicks));
    }

    /// <summary>The name, and the first label of one with a domain: option 12 and option 81 may give either.</summary>
    private static void CollectHostName(string name, long atTicks, List<Clue> clues)
    {
        clues.Add(new Clue(SignatureKind.HostName, name, atTicks));
        if (name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot) clues.Add(new Clue(SignatureKind.HostName, name[..dot], atTicks));
    }

    private static void CollectAddress(DeviceEvent.FirstSeen first, List<Clue> clues)
    {
        if (first.Device.Kind == DeviceKeyKind.Mac) Collect(first.Device.Mac, first.AtTicks, clues);
    }

    private static void CollectFingerprint(FingerprintKind kind, FingerprintValue value, List<Clue> clues)
    {
        if (kind == FingerprintKind.Ja4)
        {
            clues.Add(new Clue(SignatureKind.Ja4, value.Value, value.AtTicks));
            if (value.Features.Ja3 is { } ja3) clues.Add(new Clue(SignatureKind.Ja3, ja3, value.AtTicks));
            return;
        }
        var message = MessageOf(kind);
        clues.Add(new Clue(SignatureKind.DhcpList, value.Value, value.AtTicks, message));
        if (value.Features.OptionOrder is { } order) clues.Add(new Clue(SignatureKind.DhcpOptions, order, value.AtTicks, message));
        if (value.Features.VendorClass is { } vendorClass) clues.Add(new Clue(SignatureKind.DhcpVendorClass, vendorClass, value.AtTicks, message));
    }

    private static void CollectFact(FactKind kind, string value, long atTicks, List<Clue> clues)
    {
        if (kind == FactKind.RouterAdvertisement) clues.Add(new Clue(SignatureKind.Behavior, Traits.AdvertisesRoutes, atTicks));
        if (KindOf(kind) is { } known) clues.Add(new Clue(known, value, atTicks));
        if (kind == FactKind.Dhcpv6 && OptionRequestOf(value) is { } request) clues.Add(new Clue(SignatureKind.Dhcpv6List, request, atTicks));
    }

    /// <summary>The option request in the fact of a DHCPv6 message, <c>type;options=…;oro=23,24</c>; null when it has none.</summary>
    public static string? OptionRequestOf(string fact)
    {
        var at = fact.IndexOf(OptionRequest, StringComparison.Ordinal);
        return at >= 0 && at + OptionRequest.Length < fact.Length ? fact[(at + OptionRequest.Length)..] : null;
    }

    /// <summary>The name of a DHCP message type in signatures and in the read side.</summary>
    public static string MessageOf(FingerprintKind kind) => kind switch
    {
        FingerprintKind.DhcpDiscover => "discover",
        FingerprintKind.DhcpRequest => "request",
        FingerprintKind.DhcpInform => "inform",
        _ => "",
    };

    private static SignatureKind? KindOf(FactKind kind) => kind switch
    {
        FactKind.TcpSyn => SignatureKind.TcpSyn,
        FactKind.TcpSynAck => SignatureKind.TcpSynAck,
        FactKind.OpenPort => SignatureKind.OpenPort,
        FactKind.TlsStack => SignatureKind.TlsStack,
        FactKind.Ja3S => SignatureKind.Ja3S,
        FactKind.QuicUserAgent or FactKind.UserAgent => SignatureKind.UserAgent,
        FactKind.Certificate => SignatureKind.Certificate,
        FactKind.SshClient => SignatureKind.SshClient,
        FactKind.SshServer => SignatureKind.SshServer,
        FactKind.Banner => SignatureKind.Banner,
        FactKind.HttpServer => SignatureKind.HttpServer,
        FactKind.HttpRequest => SignatureKind.HttpRequest,
        FactKind.HttpResponse => SignatureKind.HttpResponse,
        FactKind.Smb => SignatureKind.Smb,
        FactKind.Ntp => SignatureKind.Ntp,
        FactKind.Dhcpv6 => SignatureKind.Dhcpv6List,
        FactKind.Dhcpv6Vendor => SignatureKind.Dhcpv6Vendor,
        FactKind.MdnsService => SignatureKind.MdnsService,
        FactKind.MdnsText => SignatureKind.MdnsText,
        FactKind.MdnsQuery => SignatureKind.MdnsQuery,
        FactKind.SsdpServer => SignatureKind.SsdpServer,
        FactKind.SsdpType => SignatureKind.SsdpType,
        FactKind.SsdpLocation => SignatureKind.SsdpLocation,
        FactKind.SsdpUuid => SignatureKind.SsdpUuid,
        FactKind.SsdpUserAgent => SignatureKind.SsdpUserAgent,
        FactKind.Browser => SignatureKind.Browser,
        FactKind.Lldp => SignatureKind.Lldp,
        FactKind.Cdp => SignatureKind.Cdp,
        FactKind.ServerName => SignatureKind.ServerName,
        FactKind.Upnp => SignatureKind.Upnp,
        FactKind.LeaseVendor => SignatureKind.DhcpVendorClass,
        _ => null,
    };
}
