namespace ActorFingerprint.Core.Devices;

/// <summary>Where in which run an event was decided: run id, 1-based frame, 0-based index within the frame.</summary>
public readonly record struct Sighting(string Run, long Frame, int Index);

/// <summary>What kind of fingerprint a value is. One history per kind.</summary>
public enum FingerprintKind : byte
{
    /// <summary>Ordered option 55 of DHCPDISCOVER.</summary>
    DhcpDiscover,
    /// <summary>Ordered option 55 of DHCPREQUEST.</summary>
    DhcpRequest,
    /// <summary>Ordered option 55 of DHCPINFORM.</summary>
    DhcpInform,
    /// <summary>JA4 of a ClientHello.</summary>
    Ja4,
}

/// <summary>Where a host name was read.</summary>
public enum HostNameSource : byte
{
    /// <summary>DHCP option 12.</summary>
    DhcpHostName,
    /// <summary>DHCP option 81.</summary>
    DhcpFqdn,
}

/// <summary>
/// What a device actor journals: only what is new (design §4). <paramref name="AtTicks"/> is frame time (UTC ticks), or
/// the wall time of a command given by a person.
/// </summary>
public abstract record DeviceEvent(long AtTicks)
{
    /// <summary>The device was seen for the first time in this store; <see cref="Via"/> is the router's MAC when it came through one.</summary>
    public sealed record FirstSeen(long AtTicks, DeviceKey Device, Sighting Where, bool IsLocallyAdministered, string? Via)
        : DeviceEvent(AtTicks);

    /// <summary>A value of this kind that the device had not shown before. <see cref="Features"/> holds the named facts behind it.</summary>
    public sealed record FingerprintObserved(long AtTicks, FingerprintKind Kind, string Value, FingerprintFeatures Features, Sighting Where)
        : DeviceEvent(AtTicks);

    /// <summary>An address that the device had not used before (text form).</summary>
    public sealed record AddressObserved(long AtTicks, string Address, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>A host name that the device had not given before; bytes outside printable ASCII are <c>\xNN</c>.</summary>
    public sealed record HostNameObserved(long AtTicks, string Name, HostNameSource Source, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>The device now shows a fingerprint that differs from its established one.</summary>
    public sealed record ChurnDetected(long AtTicks, FingerprintKind Kind, string Previous, string Current, int DistinctValues, Sighting Where)
        : DeviceEvent(AtTicks);

    /// <summary>Over 64 new values of one kind in an hour: from here to the end of the hour only counters move.</summary>
    public sealed record ChurnSuppressed(long AtTicks, FingerprintKind Kind, long HourStartTicks, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>The MAC address forwards for others: its TLS observations so far were those of the devices behind it.</summary>
    public sealed record RouterIdentified(long AtTicks, IReadOnlyList<string> Behind, Sighting Where) : DeviceEvent(AtTicks);

    /// <summary>A person named the device; null removes the name.</summary>
    public sealed record Labelled(long AtTicks, string? Label) : DeviceEvent(AtTicks);

    /// <summary>Observations older than the retention were dropped: fingerprints last seen before <see cref="BeforeTicks"/> are forgotten.</summary>
    public sealed record RetentionApplied(long AtTicks, long BeforeTicks) : DeviceEvent(AtTicks);

    /// <summary>Everything was erased on request; the state starts again from nothing.</summary>
    public sealed record Erased(long AtTicks) : DeviceEvent(AtTicks);
}

/// <summary>Named facts behind a fingerprint value; a null member was not on the wire.</summary>
public sealed record FingerprintFeatures
{
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
}
