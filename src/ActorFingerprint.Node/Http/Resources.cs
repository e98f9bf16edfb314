using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Fingerbank;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Persistence.Signatures;
using Microsoft.AspNetCore.Mvc;

namespace ActorFingerprint.Node.Http;

/// <summary>A device as the API shows it. Times are UTC, frame time.</summary>
public sealed record DeviceResource(
    string Key, string? Mac, string? Label, string? Vendor, bool IsLocallyAdministered, bool IsRouter, string? Via, string Status,
        string? Reason,
    IReadOnlyList<string> Addresses, IReadOnlyList<string> HostNames, string? DhcpList, long DistinctJa4, string? FingerprintHash,
    long PacketsTotal, long DataBytes, DateTime FirstSeen, DateTime LastSeen, DateTime UpdatedAt, IdentityRow? Identity)
{
    /// <summary>From a row of the read side.</summary>
    public static DeviceResource Of(DeviceRow row) => new(
        row.Key, row.Mac, row.Label, row.Vendor, row.IsLocallyAdministered, row.IsRouter, row.Via, row.Status, row.Reason.Length == 0
            ? null : row.Reason,
        row.Addresses, row.HostNames, row.DhcpList, row.DistinctJa4, row.FingerprintHash,
        row.PacketsTotal, row.DataBytes, Times.Utc(row.FirstSeenTicks), Times.Utc(row.LastSeenTicks), Times.Utc(row.UpdatedTicks), row.Identity);
}

/// <summary>One page of devices, and how many match in all.</summary>
public sealed record DevicePage(IReadOnlyList<DeviceResource> Items, long Total, int Offset, int Limit);

/// <summary>A device with the features behind its hash (docs/formats.md) and the facts that it showed, oldest first.</summary>
/// <param name="Device">The device.</param>
/// <param name="Features">Null without any.</param>
/// <param name="Facts">What it showed.</param>
/// <param name="Hours">When in the day it is there: observations by UTC hour of frame time.</param>
public sealed record DeviceDetail(
    DeviceResource Device, JsonElement? Features, IReadOnlyList<FactResource> Facts, IReadOnlyList<HourCount> Hours)
{
    /// <summary>From rows of the read side.</summary>
    public static DeviceDetail Of(DeviceRow row, IReadOnlyList<FactRow> facts) => new(
        DeviceResource.Of(row), row.FeaturesJson is { } json ? JsonElement.Parse(json) : null, [.. facts.Select(FactResource.Of)], row.Hours);
}

/// <summary>A fact: what it says of the device (docs/devices.md, "Facts"), as text.</summary>
public sealed record FactResource(string Kind, string Value, DateTime FirstSeen)
{
    /// <summary>From a row of the read side.</summary>
    public static FactResource Of(FactRow row) => new(row.Kind, row.Value, Times.Utc(row.FirstSeenTicks));
}

/// <summary>The fingerprints of a device. What has no source yet is null.</summary>
public sealed record FingerprintsResource(string? Mac, DhcpResource? Dhcp, IReadOnlyList<TlsResource> Tls, FingerbankResource? Fingerbank);

/// <summary>
/// The newest DHCP fingerprint. <paramref name="FingerprintString"/> is sorted (INV-1), <paramref name="OrderedString"/> as
/// on the wire.
/// </summary>
public sealed record DhcpResource(
    string FingerprintString, string OrderedString, string Hash, DateTime CapturedAt, string? MatchedDevice, string? MatchSource,
        int? Confidence)
{
    /// <summary>From a row of the read side; captured when it was seen last.</summary>
    public static DhcpResource Of(DhcpFingerprintRow row, LocalLookup? lookup)
    {
        var query = new LookupQuery { DhcpList = row.Ordered, MessageType = row.MessageType, VendorClass = row.VendorClass };
        var found = lookup?.Find(query) is { Source: not LookupSource.None } match ? match : null;
        return new DhcpResource(
            row.Sorted, row.Ordered, row.Hash, Times.Utc(row.LastSeenTicks), found?.Candidates[0].Device, found is null ? null : StoredNames.Of(found.Source),
            found is null ? null : (int)Math.Round(found.Confidence * 100));
    }
}

/// <summary>A TLS fingerprint: one a JA4, with the facts of its first sight.</summary>
public sealed record TlsResource(
    string Ja3Hash, string Ja4Hash, string? Sni, string? DestinationIp, int? DestinationPort, DateTime CapturedAt,
        string? MatchedApplication, string? MatchSource)
{
    /// <summary>From a row of the read side; captured when it was seen last.</summary>
    public static TlsResource Of(TlsFingerprintRow row, LocalLookup? lookup)
    {
        var found = lookup?.Find(new LookupQuery { Ja3 = row.Ja3, Ja4 = row.Ja4 }) is { Source: not LookupSource.None } match ? match : null;
        return new TlsResource(
            row.Ja3, row.Ja4, row.Sni, row.DestinationAddress, row.DestinationPort, Times.Utc(row.LastSeenTicks), found?.Candidates[0].Device,
            found is null ? null : StoredNames.Of(found.Source));
    }
}

/// <summary>What the Fingerbank API said.</summary>
public sealed record FingerbankResource(string DeviceName, int Score, string Source, DateTime CachedAt)
{
    /// <summary>From a kept answer; null without one.</summary>
    public static FingerbankResource? Of(ExternalAnswer? answer) =>
        answer is null ? null : new(answer.Device.Path, answer.Score, StoredNames.Of(LookupSource.Cache), Times.Utc(answer.AtTicks));
}

/// <summary>A device's journal, oldest first.</summary>
public sealed record HistoryResource(IReadOnlyList<HistoryItem> Items);

/// <summary>One event of it, as stored.</summary>
public sealed record HistoryItem(long SequenceNumber, DateTime At, string Manifest, JsonElement Event)
{
    /// <summary>From a row of the read side.</summary>
    public static HistoryItem Of(HistoryRow row) =>
        new(row.SequenceNumber, Times.Utc(row.AtTicks), row.Manifest, JsonElement.Parse(row.Json));
}

/// <summary>Counts over everything. What has no source yet is null.</summary>
public sealed record StatsResource(
    BundledDatabaseStats BundledDatabase, CaptureStats Captures, CacheStats Cache, ApiStats Api, InferenceStats Inference);

/// <summary>How identification goes, since the start of the node.</summary>
/// <param name="DhcpMatchRate">Share of new DHCP lists that the databases know.</param>
/// <param name="TlsProbeSuccessRate">Share of probed servers that answered.</param>
/// <param name="CacheHitRate">Share of questions that the cache of the API answered.</param>
/// <param name="OfflineResolutionRate">Share of inferences that named a type without the API.</param>
/// <param name="AverageInferenceTime">Mean time of an inference, in milliseconds.</param>
public sealed record InferenceStats(
    double? DhcpMatchRate, double? TlsProbeSuccessRate, double? CacheHitRate, double? OfflineResolutionRate, double? AverageInferenceTime)
{
    /// <summary>From the metrics.</summary>
    public static InferenceStats Of(IdentificationMetrics? metrics) => new(
        metrics?.DhcpMatchRate, metrics?.TlsProbeSuccessRate, metrics?.CacheHitRate, metrics?.OfflineResolutionRate,
        metrics?.AverageInferenceTime is { } time ? Math.Round(time.TotalMilliseconds, 4) : null);
}

/// <summary>The signature database.</summary>
public sealed record BundledDatabaseStats(string? Version, long? DhcpEntries, long? Ja3Entries, long? DeviceEntries)
{
    /// <summary>Of the bundled database; nothing when it could not be read.</summary>
    public static BundledDatabaseStats Of(SignatureBases? bases) => bases?.Bundled is { } info
        ? new(info.Version, RowsOf(info, "dhcp_fingerprints"), RowsOf(info, "ja3_fingerprints"), info.Devices)
        : new(null, null, null, null);

    private static long RowsOf(SignatureDatabaseInfo info, string table) => info.Signatures.First(entry => entry.Key == table).Value;
}

/// <summary>What is captured, and how many fingerprints of it are stored.</summary>
public sealed record CaptureStats(bool DhcpCaptureEnabled, bool TlsCaptureEnabled, long DhcpCaptureCount, long TlsCaptureCount);

/// <summary>The lookup cache.</summary>
public sealed record CacheStats(long? Entries, double? HitRate, DateTime? OldestEntry)
{
    /// <summary>Of the API's cache; nothing while the API is off.</summary>
    public static CacheStats Of(FingerbankService? fingerbank) =>
        fingerbank?.Statistics is { } known
            ? new(known.Answers, Math.Round(known.HitRate, 4), known.OldestFetchTicks > 0 ? Times.Utc(known.OldestFetchTicks) : null)
            : new(null, null, null);
}

/// <summary>The external lookup service.</summary>
public sealed record ApiStats(bool? Enabled, long? RequestsThisHour, long? QuotaRemaining)
{
    /// <summary>Of the API.</summary>
    public static ApiStats Of(FingerbankService? fingerbank, DateTimeOffset now) => fingerbank is null
        ? new(false, null, null)
        : new(true, fingerbank.State.Quota.Hour.Used(now.UtcTicks), fingerbank.State.Quota.Available(fingerbank.State.Limits, now.UtcTicks));
}

/// <summary>A capture source.</summary>
public sealed record CaptureResource(
    string Source, string State, string? Problem, long Frames, long Bytes, long DroppedByKernel, long DroppedByInterface,
        long DroppedByEngine, long SampledOut)
{
    /// <summary>From its status.</summary>
    public static CaptureResource Of(CaptureStatus status) => new(
        status.Name, status.State.ToString().ToLowerInvariant(), status.Problem, status.Counters.Frames, status.Counters.Bytes,
        status.Counters.DroppedByKernel, status.Counters.DroppedByInterface, status.Counters.DroppedByEngine,
        status.Counters.SampledOut);
}

/// <summary>An event of <c>/api/events</c>. Members that the event does not have are left out.</summary>
public sealed record EventResource(
    long Ordering, string Device, DateTime At, string? Kind = null, string? Value = null, string? Previous = null,
        int? DistinctValues = null, string? Via = null)
{
    /// <summary>From a notice.</summary>
    public static EventResource Of(DeviceNotice notice)
    {
        var resource = new EventResource(notice.Ordering, notice.Device.ToString(), Times.Utc(notice.Event.AtTicks));
        return notice.Event switch
        {
            DeviceEvent.FirstSeen e => resource with { Via = e.Via },
            DeviceEvent.FingerprintObserved e => resource with { Kind = NameOf(e.Kind), Value = e.Value },
            DeviceEvent.FactObserved e => resource with { Kind = StoredNames.Of(e.Kind), Value = e.Value },
            DeviceEvent.Classified e => resource with { Kind = StoredNames.Of(e.Type), Value = string.Join(' ', new[] { e.Vendor, e.Model }.Where(text => text is not null)) },
            DeviceEvent.ChurnDetected e =>
                resource with { Kind = NameOf(e.Kind), Previous = e.Previous, Value = e.Current, DistinctValues = e.DistinctValues },
            DeviceEvent.ChurnSuppressed e => resource with { Kind = NameOf(e.Kind) },
            _ => resource,
        };
    }

    private static string NameOf(FingerprintKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}

/// <summary>Body of <c>PUT …/label</c>: null or blank removes the name.</summary>
public sealed record LabelRequest([property: JsonRequired] string? Label);

/// <summary>Answer of the management paths.</summary>
public sealed record StatusResource(string Status)
{
    /// <summary>What an operator should know besides, in one line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

/// <summary>Ticks of the domain as times of the API.</summary>
internal static class Times
{
    public static DateTime Utc(long ticks) => new(ticks, DateTimeKind.Utc);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DevicePage))]
[JsonSerializable(typeof(DeviceDetail))]
[JsonSerializable(typeof(FingerprintsResource))]
[JsonSerializable(typeof(IdentityResource))]
[JsonSerializable(typeof(IReadOnlyList<MatchResource>))]
[JsonSerializable(typeof(DatabaseResource))]
[JsonSerializable(typeof(LookupResource))]
[JsonSerializable(typeof(IReadOnlyList<Reclassification>))]
[JsonSerializable(typeof(HistoryResource))]
[JsonSerializable(typeof(StatsResource))]
[JsonSerializable(typeof(IReadOnlyList<CaptureResource>))]
[JsonSerializable(typeof(LabelRequest))]
[JsonSerializable(typeof(StatusResource))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(LimitQuestion))]
[JsonSerializable(typeof(LimitBatch))]
[JsonSerializable(typeof(LimitAnswers))]
[JsonSerializable(typeof(LimitState))]
[JsonSerializable(typeof(LimitRotation))]
[JsonSerializable(typeof(LimitUnblocked))]
[JsonSerializable(typeof(ThrottleQuestion))]
[JsonSerializable(typeof(ThrottleAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventResource))]
[JsonSerializable(typeof(LimiterEventResource))]
internal sealed partial class EventJson : JsonSerializerContext;
