using System.Text.Json.Serialization;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>Where in which run an event was decided: run id, 1-based frame, 0-based index within the frame.</summary>
public readonly record struct Sighting(string Run, long Frame, int Index);

/// <summary>What kind of fingerprint a value is. One history per kind.</summary>
public enum FingerprintKind : byte
{
    /// <summary>Ordered option 55 of DHCPDISCOVER.</summary>
    [JsonStringEnumMemberName("dhcp-discover")]
    DhcpDiscover,
    /// <summary>Ordered option 55 of DHCPREQUEST.</summary>
    [JsonStringEnumMemberName("dhcp-request")]
    DhcpRequest,
    /// <summary>Ordered option 55 of DHCPINFORM.</summary>
    [JsonStringEnumMemberName("dhcp-inform")]
    DhcpInform,
    /// <summary>JA4 of a ClientHello.</summary>
    [JsonStringEnumMemberName("ja4")]
    Ja4,
}

/// <summary>Where a host name was read.</summary>
public enum HostNameSource : byte
{
    /// <summary>DHCP option 12.</summary>
    [JsonStringEnumMemberName("dhcp-host-name")]
    DhcpHostName,
    /// <summary>DHCP option 81.</summary>
    [JsonStringEnumMemberName("dhcp-fqdn")]
    DhcpFqdn,
    /// <summary>DHCPv6 option 39.</summary>
    [JsonStringEnumMemberName("dhcpv6-fqdn")]
    Dhcpv6Fqdn,
    /// <summary>Address record that the device answered for itself over multicast DNS.</summary>
    [JsonStringEnumMemberName("mdns")]
    Mdns,
    /// <summary>Name registered with or announced by the NetBIOS name service.</summary>
    [JsonStringEnumMemberName("netbios")]
    Netbios,
    /// <summary>Name that the device answered for over LLMNR.</summary>
    [JsonStringEnumMemberName("llmnr")]
    Llmnr,
    /// <summary>Host or server announcement of the browser service.</summary>
    [JsonStringEnumMemberName("browser")]
    Browser,
    /// <summary>LLDP system name.</summary>
    [JsonStringEnumMemberName("lldp")]
    Lldp,
    /// <summary>CDP device id.</summary>
    [JsonStringEnumMemberName("cdp")]
    Cdp,
    /// <summary>Name in a DHCP server's lease file.</summary>
    [JsonStringEnumMemberName("lease")]
    Lease,
}

/// <summary>A reason of a classification: a signature that the device met.</summary>
/// <param name="Source">Source of evidence that it belongs to.</param>
/// <param name="Kind">What the value is that met it.</param>
/// <param name="Rule">Its pattern.</param>
/// <param name="Device">The kind of device that it speaks for, as a path.</param>
/// <param name="Support">How much it supports the type, 0 to 1.</param>
/// <param name="AtTicks">Frame time of the packet that first showed the value, UTC ticks.</param>
public readonly record struct ClassificationReason(
    EvidenceSource Source, SignatureKind Kind, string Rule, string Device, double Support, [property: JsonPropertyName("at")] long AtTicks);

/// <summary>
/// What a device actor journals: only what is new (design §4). <paramref name="AtTicks"/> is frame time (UTC ticks), or
/// the wall time of a command given by a person. The JSON form is the storage format: see docs/devices.md before any change.
/// </summary>
public abstract record DeviceEvent([property: JsonPropertyName("at"), JsonPropertyOrder(-1)] long AtTicks)
{
    /// <summary>
    /// The device was seen for the first time in this store; <see cref="Via"/> is the router's MAC when it came through one.
    /// </summary>
    public sealed record FirstSeen(long AtTicks, DeviceKey Device, Sighting Where, bool IsLocallyAdministered, string? Via = null)
        : DeviceEvent(AtTicks);

    /// <summary>
    /// A value of this kind that the device had not shown before. <see cref="Number"/> counts the device's values of all kinds
    /// from 1; the counters name a value by it, so that they hold no text. <see cref="Features"/> holds the facts behind the value.
    /// </summary>
    public sealed record FingerprintObserved(
        long AtTicks, FingerprintKind Kind, int Number, string Value, FingerprintFeatures Features, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>An address that the device had not used before (text form).</summary>
    public sealed record AddressObserved(long AtTicks, string Address, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>
    /// A host name that the device had not given before; bytes outside printable ASCII and the backslash are <c>\xNN</c>.
    /// </summary>
    public sealed record HostNameObserved(long AtTicks, string Name, HostNameSource Source, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>A fact that the device had not shown before, or has been forgotten since.</summary>
    public sealed record FactObserved(long AtTicks, FactKind Kind, string Value, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>The device now shows a fingerprint that differs from its established one.</summary>
    public sealed record ChurnDetected(
        long AtTicks, FingerprintKind Kind, string Previous, string Current, [property: JsonPropertyName("distinct")] int DistinctValues,
        Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>Over 64 new values of one kind in an hour: from here to the end of the hour only counters move.</summary>
    public sealed record ChurnSuppressed(
        long AtTicks, FingerprintKind Kind, [property: JsonPropertyName("hour")] long HourStartTicks, Sighting Where)
        : DeviceEvent(AtTicks);

    /// <summary>
    /// The MAC address forwards for others: its observations that cross routers were those of the devices behind it.
    /// <see cref="Behind"/> names their addresses (text form).
    /// </summary>
    public sealed record RouterIdentified(long AtTicks, IReadOnlyList<string> Behind, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>
    /// What the device was taken for changed, or how sure that is did by a tenth. <see cref="Reasons"/> holds the strongest reason of each
    /// source for the type, without the value that the device showed: that is in the event that brought it.
    /// </summary>
    public sealed record Classified(
        long AtTicks, DeviceType Type, double Confidence, IReadOnlyList<ClassificationReason> Reasons, string Database, Sighting Where,
        string? Vendor = null, string? Model = null, string? Os = null) : DeviceEvent(AtTicks)
    {
        /// <summary>True when both say the same of the device, however sure.</summary>
        public bool SaysSame(Classified other) => (Type, Vendor, Model, Os) == (other.Type, other.Vendor, other.Model, other.Os);
    }

    /// <summary>A person named the device; null removes the name.</summary>
    public sealed record Labelled(long AtTicks, string? Label = null) : DeviceEvent(AtTicks);

    /// <summary>
    /// Fingerprints last seen before <see cref="BeforeTicks"/> are forgotten: the values with these <see cref="Forgotten"/>
    /// numbers. The numbers are in the event because last sightings are counters, which replay does not interleave with events.
    /// </summary>
    public sealed record RetentionApplied(
        long AtTicks, [property: JsonPropertyName("before")] long BeforeTicks, IReadOnlyList<int> Forgotten) : DeviceEvent(AtTicks);

    /// <summary>Everything was erased on request; the state starts again from nothing.</summary>
    public sealed record Erased(long AtTicks) : DeviceEvent(AtTicks);
}

/// <summary>
/// Named facts behind a fingerprint value; a null member was not on the wire. Whatever a sender can make long is cut to
/// <see cref="MaxLength"/> bytes, codes or characters.
/// </summary>
public sealed record FingerprintFeatures
{
    /// <summary>Bytes, option codes or characters of one fact that are kept.</summary>
    public const int MaxLength = 255;

    /// <summary>Option 55 sorted (INV-1).</summary>
    public string? SortedList { get; init; }

    /// <summary>SHA-256 of <see cref="SortedList"/>.</summary>
    public string? SortedHash { get; init; }

    /// <summary>DHCP option order, comma-joined decimal codes, pads and end included.</summary>
    public string? OptionOrder { get; init; }

    /// <summary>DHCP option 60, escaped text.</summary>
    public string? VendorClass { get; init; }

    /// <summary>DHCP option 77, lower-case hex.</summary>
    public string? UserClass { get; init; }

    /// <summary>MD5 of the JA3 string that came with a JA4 value when it was first seen.</summary>
    public string? Ja3 { get; init; }

    /// <summary>SNI that came with it; a public name when <see cref="Ech"/>.</summary>
    public string? Sni { get; init; }

    /// <summary>First ALPN name, escaped.</summary>
    public string? Alpn { get; init; }

    /// <summary>Server address.</summary>
    public string? DestinationAddress { get; init; }

    /// <summary>Server port.</summary>
    public int? DestinationPort { get; init; }

    /// <summary>encrypted_client_hello was present.</summary>
    public bool? Ech { get; init; }

    /// <summary>The text, cut to <see cref="MaxLength"/> characters; the same object when it is not longer.</summary>
    public static string Bounded(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}
