using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Http;

/// <summary>Body of <c>POST /admin/passivate</c>: one of them, or nothing, which is the time of <c>sharding.passivate-idle</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PassivateRequest
{
    /// <summary>Devices without a message for this long, such as <c>15m</c>.</summary>
    public string? Idle { get; init; }

    /// <summary>Every device.</summary>
    public bool All { get; init; }

    /// <summary>One device, by its key.</summary>
    public string? Device { get; init; }
}

/// <summary>How many devices were put away.</summary>
public sealed record PassivatedResource(int Passivated);

/// <summary>How many snapshots were written.</summary>
public sealed record SnapshotsResource(int Snapshots);

/// <summary>What moves.</summary>
public sealed record RebalanceResource(int Moved, string Message);

/// <summary>Whether the node takes work: <c>serving</c>, <c>draining</c> or <c>drained</c>; and its sources.</summary>
public sealed record DrainResource(string State, IReadOnlyList<CaptureResource> Sources)
{
    /// <summary>From a node.</summary>
    public static DrainResource Of(HttpServices services) => new(
        services.Management.Drain.State.ToString().ToLowerInvariant(), [.. services.Captures.List().Select(CaptureResource.Of)]);
}

/// <summary>Body of <c>POST /admin/log-level</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LogLevelRequest
{
    /// <summary>The category, or <c>default</c>, which is also meant when there is none.</summary>
    public string? Category { get; init; }

    /// <summary>The least severe level that is written; null goes back to the configured one.</summary>
    [JsonRequired] public string? Level { get; init; }

    /// <summary>Time after which the level goes back, such as <c>10m</c>; null: when the node stops.</summary>
    public string? For { get; init; }
}

/// <summary>Levels in force, by category.</summary>
public sealed record LogLevelsResource(IReadOnlyList<LogRuleResource> Rules);

/// <summary>A level in force. <paramref name="Configured"/> is false for one that was set while the node runs, until <paramref name="Until"/>.</summary>
public sealed record LogRuleResource(string Category, string Level, bool Configured, DateTime? Until)
{
    /// <summary>From a rule.</summary>
    public static LogRuleResource Of(LogRule rule) =>
        new(rule.Category, rule.Level.ToString().ToLowerInvariant(), !rule.IsOverride, rule.Until?.UtcDateTime);
}

/// <summary>Body of <c>POST /admin/replay</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplayBody
{
    /// <summary><c>dry-run</c>, <c>as-of</c> or <c>rebuild</c>.</summary>
    [JsonRequired] public string? Mode { get; init; }

    /// <summary>The time of <c>as-of</c>, frame time.</summary>
    public string? AsOf { get; init; }

    /// <summary>The request that it means; null with what is wrong.</summary>
    public ReplayRequest? Read(out string problem)
    {
        problem = "mode is dry-run, as-of or rebuild; asOf is a time such as 2026-01-31T12:00:00Z, with as-of and not without";
        if (Mode == "as-of")
            return DateTimeOffset.TryParse(AsOf, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? new ReplayRequest(ReplayMode.AsOf, at.UtcTicks) : null;
        if (AsOf is not null) return null;
        return Mode switch
        {
            "dry-run" => new ReplayRequest(ReplayMode.DryRun, null),
            "rebuild" => new ReplayRequest(ReplayMode.Rebuild, null),
            _ => null,
        };
    }
}

/// <summary>A replay. <paramref name="Events"/> of <paramref name="EventsTotal"/> are read; the names of the rest are those of <see cref="ReplayStatus"/>.</summary>
public sealed record ReplayResource(
    string Id, string Mode, DateTime? AsOf, string State, DateTime StartedAt, DateTime? EndedAt, long Events, long EventsTotal, long? Devices,
    long? Changed, string? Problem)
{
    /// <summary>From a replay.</summary>
    public static ReplayResource Of(ReplayStatus status) => new(
        status.Id, JsonNamingPolicy.KebabCaseLower.ConvertName(status.Request.Mode.ToString()),
        status.Request.AsOfTicks is { } ticks ? Times.Utc(ticks) : null, status.State.ToString().ToLowerInvariant(),
        status.StartedAt.UtcDateTime, status.EndedAt?.UtcDateTime, status.Events, status.EventsTotal, status.Devices, status.Changed, status.Problem);
}

/// <summary>One page of what a replay found: devices as they were, or those whose answer would be another.</summary>
/// <param name="Devices">Of <c>as-of</c>.</param>
/// <param name="Changes">Of <c>dry-run</c>.</param>
/// <param name="Total">How many there are in all; at most <see cref="ReplayJobs.MaxRows"/> of them are kept.</param>
/// <param name="Offset">Where the page begins.</param>
/// <param name="Limit">How long it may be.</param>
public sealed record ReplayResultResource(
    IReadOnlyList<DeviceResource>? Devices, IReadOnlyList<Reclassification>? Changes, long Total, int Offset, int Limit)
{
    /// <summary>A page of rows.</summary>
    public static ReplayResultResource Of(ReplayRows rows, int offset, int limit) => new(
        rows.AsOf is { } devices ? [.. devices.Skip(offset).Take(limit).Select(DeviceResource.Of)] : null,
        rows.Changes is { } changes ? [.. changes.Skip(offset).Take(limit)] : null, rows.Total, offset, limit);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(MembersResource))]
[JsonSerializable(typeof(ShardsResource))]
[JsonSerializable(typeof(MessageResource))]
[JsonSerializable(typeof(MemberOperation))]
[JsonSerializable(typeof(PassivateRequest))]
[JsonSerializable(typeof(PassivatedResource))]
[JsonSerializable(typeof(SnapshotsResource))]
[JsonSerializable(typeof(RebalanceResource))]
[JsonSerializable(typeof(DrainResource))]
[JsonSerializable(typeof(LogLevelRequest))]
[JsonSerializable(typeof(LogLevelsResource))]
[JsonSerializable(typeof(ReplayBody))]
[JsonSerializable(typeof(ReplayResultResource))]
[JsonSerializable(typeof(IReadOnlyList<ReplayResource>))]
internal sealed partial class ManagementJson : JsonSerializerContext;
