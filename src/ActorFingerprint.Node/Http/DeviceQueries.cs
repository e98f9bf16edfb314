using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Node.Http;

/// <summary>What is wrong with a query.</summary>
/// <param name="Member">Which member, by its name in HTTP.</param>
/// <param name="What">What it must be.</param>
internal sealed record DeviceQueryProblem(string Member, string What)
{
    /// <summary>As the command line names it: <c>--seen-after is …</c>.</summary>
    public string OfOption => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(Member)} {What}";

    /// <inheritdoc />
    public override string ToString() => $"{Member} {What}";
}

/// <summary>Reads what a person typed into a <see cref="DeviceQuery"/>; used by HTTP and the command line.</summary>
internal static class DeviceQueries
{
    private const int MaxLimit = 1000;
    private static readonly string[] Sorts = ["key", "vendor", "label", "type", "first_seen", "last_seen", "packets_total"];

    public static bool TryMake(
        string? text, string? status, string? type, string? seenAfter, string? sort, int? limit, int? offset,
        [NotNullWhen(true)] out DeviceQuery? query, [NotNullWhen(false)] out DeviceQueryProblem? problem)
    {
        query = null;
        problem = null;
        var seenAfterTime = default(DateTimeOffset);
        var descending = sort is ['-', ..];
        var column = string.IsNullOrEmpty(sort) ? "key" : descending ? sort[1..] : sort;
        if (status is not (null or "" or "ok" or "insufficient")) problem = new("status", "is ok or insufficient");
        else if (!string.IsNullOrEmpty(type) && !DeviceTypes.TryParse(type, out _))
            problem = new("type", $"is one of {string.Join(", ", Enum.GetValues<DeviceType>().Select(DeviceTypes.Name))}");
        else if (!string.IsNullOrEmpty(seenAfter)
            && !DateTimeOffset.TryParse(seenAfter, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out seenAfterTime))
            problem = new("seenAfter", "is a time such as 2026-01-31T12:00:00Z");
        else if (!Sorts.Contains(column)) problem = new("sort", $"is one of {string.Join(", ", Sorts)}, with a leading - for descending");
        else if (limit is < 1 or > MaxLimit) problem = new("limit", string.Create(CultureInfo.InvariantCulture, $"is 1..{MaxLimit}"));
        else if (offset < 0) problem = new("offset", "is 0 or more");
        if (problem is not null) return false;
        query = new DeviceQuery
        {
            Text = string.IsNullOrWhiteSpace(text) ? null : text.Trim(),
            Status = string.IsNullOrEmpty(status) ? null : status,
            Type = string.IsNullOrEmpty(type) ? null : type,
            SeenAfterTicks = string.IsNullOrEmpty(seenAfter) ? null : seenAfterTime.UtcTicks,
            Sort = column,
            Descending = descending,
            Limit = limit ?? 100,
            Offset = offset ?? 0,
        };
        return true;
    }
}
