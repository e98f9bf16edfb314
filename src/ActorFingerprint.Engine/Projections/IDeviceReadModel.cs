using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Engine.Projections;

/// <summary>One device as the read side shows it. Times are UTC ticks of frame time.</summary>
public sealed record DeviceRow
{
    /// <summary>The device key, <c>mac:AA:…</c>.</summary>
    public required string Key { get; init; }
    /// <summary>MAC address, null for keys of another kind.</summary>
    public string? Mac { get; init; }
    /// <summary>The user's name for it.</summary>
    public string? Label { get; init; }
    /// <summary>Vendor by longest prefix; null for locally administered addresses and unknown prefixes.</summary>
    public string? Vendor { get; init; }
    /// <summary>The U/L bit of the MAC address is set.</summary>
    public bool IsLocallyAdministered { get; init; }
    /// <summary>MAC of the router it was first seen through, or null.</summary>
    public string? Via { get; init; }
    /// <summary>First 16 hex digits of SHA-256 over <see cref="FeaturesJson"/>; null without features.</summary>
    public string? FingerprintHash { get; init; }
    /// <summary>Canonical JSON of the features (docs/formats.md).</summary>
    public string? FeaturesJson { get; init; }
    /// <summary>Observations.</summary>
    public long PacketsTotal { get; init; }
    /// <summary>Wire bytes of the frames behind them.</summary>
    public long DataBytes { get; init; }
    /// <summary>First frame time.</summary>
    public long FirstSeenTicks { get; init; }
    /// <summary>Last frame time.</summary>
    public long LastSeenTicks { get; init; }
    /// <summary>Frame time of the last change of this row.</summary>
    public long UpdatedTicks { get; init; }
    /// <summary><c>ok</c> or <c>insufficient</c>.</summary>
    public required string Status { get; init; }
    /// <summary>Why insufficient: <c>low packets_total=N</c>; else empty.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Addresses, oldest first.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
    /// <summary>Host names, oldest first.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];
    /// <summary>When in the day it is there: observations by UTC hour of frame time, in the order of the hours, those without any left out. Empty in lists.</summary>
    public IReadOnlyList<HourCount> Hours { get; init; } = [];
    /// <summary>Newest ordered DHCP list.</summary>
    public string? DhcpList { get; init; }
    /// <summary>Distinct JA4 values.</summary>
    public long DistinctJa4 { get; init; }
    /// <summary>Its MAC address forwards for others.</summary>
    public bool IsRouter { get; init; }
    /// <summary>What it is taken for; null while nothing tells.</summary>
    public IdentityRow? Identity { get; init; }
}

/// <summary>What a device is taken for, as journaled last (docs/identification.md).</summary>
/// <param name="Type">Type by name; <c>unknown</c> when only parts of the answer are known.</param>
/// <param name="Confidence">How sure the type is, 0 to 1.</param>
/// <param name="Vendor">Who made it.</param>
/// <param name="Model">Model.</param>
/// <param name="Os">Operating system family.</param>
public sealed record IdentityRow(string Type, double Confidence, string? Vendor, string? Model, string? Os);

/// <summary>A DHCP fingerprint of a device.</summary>
public sealed record DhcpFingerprintRow(
    string Key, string MessageType, string Ordered, string Sorted, string Hash, string? VendorClass, long FirstSeenTicks, long LastSeenTicks, long Count);

/// <summary>A TLS fingerprint of a device: one row per JA4, with the facts of its first sight.</summary>
public sealed record TlsFingerprintRow(
    string Key, string Ja3, string Ja4, string? Sni, string? DestinationAddress, int? DestinationPort, long FirstSeenTicks, long LastSeenTicks, long Count);

/// <summary>A fact that a device showed: its kind by name (docs/devices.md), and when first.</summary>
public sealed record FactRow(string Kind, string Value, long FirstSeenTicks);

/// <summary>One line of a device's history: an event of its journal.</summary>
/// <param name="SequenceNumber">Position within the device.</param>
/// <param name="AtTicks">Frame time.</param>
/// <param name="Manifest">Stored type tag.</param>
/// <param name="Json">The event as stored.</param>
public sealed record HistoryRow(long SequenceNumber, long AtTicks, string Manifest, string Json);

/// <summary>A run as reported.</summary>
public sealed record RunRow(string Run, string Source, long AtTicks, long Stored, long Insufficient, int MinPackets, bool Ended);

/// <summary>Which devices to list.</summary>
public sealed record DeviceQuery
{
    /// <summary>Case-insensitive part of key, label, vendor, model, host name or address.</summary>
    public string? Text { get; init; }
    /// <summary><c>ok</c> or <c>insufficient</c>.</summary>
    public string? Status { get; init; }
    /// <summary>Type by name, or null for all.</summary>
    public string? Type { get; init; }
    /// <summary>Only devices seen at or after (UTC ticks).</summary>
    public long? SeenAfterTicks { get; init; }
    /// <summary><c>key</c>, <c>vendor</c>, <c>label</c>, <c>type</c>, <c>first_seen</c>, <c>last_seen</c>, <c>packets_total</c>.</summary>
    public string Sort { get; init; } = "key";
    /// <summary>Descending.</summary>
    public bool Descending { get; init; }
    /// <summary>Rows to skip.</summary>
    public int Offset { get; init; }
    /// <summary>Rows at most, 1..1000.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>The read side. Behind the journal by a moment; see <see cref="OffsetAsync"/>.</summary>
public interface IDeviceReadModel
{
    /// <summary>Devices, and how many match without paging.</summary>
    Task<(IReadOnlyList<DeviceRow> Rows, long Total)> ListAsync(DeviceQuery query, CancellationToken stop);

    /// <summary>One device by key, its <see cref="DeviceRow.Hours"/> included; or null.</summary>
    Task<DeviceRow?> GetAsync(string key, CancellationToken stop);

    /// <summary>Its DHCP fingerprints, newest first.</summary>
    Task<IReadOnlyList<DhcpFingerprintRow>> DhcpAsync(string key, CancellationToken stop);

    /// <summary>Its TLS fingerprints, newest first, at most <paramref name="max"/>.</summary>
    Task<IReadOnlyList<TlsFingerprintRow>> TlsAsync(string key, int max, CancellationToken stop);

    /// <summary>Its state, or null; what the read side has caught up with.</summary>
    Task<DeviceState?> StateAsync(string key, CancellationToken stop);

    /// <summary>The facts that it showed, oldest first.</summary>
    Task<IReadOnlyList<FactRow>> FactsAsync(string key, CancellationToken stop);

    /// <summary>Its journal, oldest first.</summary>
    Task<IReadOnlyList<HistoryRow>> HistoryAsync(string key, int max, CancellationToken stop);

    /// <summary>Runs, newest first.</summary>
    Task<IReadOnlyList<RunRow>> RunsAsync(int max, CancellationToken stop);

    /// <summary>How many DHCP and TLS fingerprints are stored.</summary>
    Task<(long Dhcp, long Tls)> CountsAsync(CancellationToken stop);

    /// <summary>The journal ordering up to which the read side has caught up.</summary>
    Task<long> OffsetAsync(CancellationToken stop);
}
