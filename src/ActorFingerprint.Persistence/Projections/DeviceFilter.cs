using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>A <see cref="DeviceQuery"/> as SQL: only words of this file become SQL, everything asked for is a parameter.</summary>
internal sealed class DeviceFilter
{
    private readonly List<object> _values = [];
    private readonly DeviceQuery _query;

    /// <summary>Makes the words and parameters of a query. Throws <see cref="ArgumentException"/> for an unknown column.</summary>
    public DeviceFilter(DeviceQuery query)
    {
        _query = query;
        var conditions = new List<string>();
        if (!string.IsNullOrWhiteSpace(query.Text)) conditions.Add(Contains(query.Text.Trim().Replace('\0', '\uFFFD')));
        if (query.Status is not null) conditions.Add($"s.status = {Value(query.Status)}");
        if (query.Type is not null) conditions.Add($"lower(coalesce(d.type, 'unknown')) = lower({Value(query.Type)})");
        if (query.SeenAfterTicks is { } after) conditions.Add($"f.last_seen >= {Value(after)}");
        Where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        Conditions = [.. _values];
        Limit = $"LIMIT {Value((long)Math.Clamp(query.Limit, 1, 1000))} OFFSET {Value((long)Math.Max(0, query.Offset))}";
    }

    /// <summary>The condition.</summary>
    public string Where { get; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<object> Conditions { get; }

    /// <summary>The page.</summary>
    public string Limit { get; }

    /// <summary>The parameters of condition and page.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>The order; the key decides between equals.</summary>
    public string OrderBy
    {
        get
        {
            var column = _query.Sort switch
            {
                "key" => "d.device_key",
                "vendor" => "d.vendor",
                "label" => "f.label",
                "type" => "d.type",
                "first_seen" => "f.first_seen",
                "last_seen" => "f.last_seen",
                "packets_total" => "f.packets_total",
                _ => throw new ArgumentException(
                    $"cannot sort by \"{_query.Sort}\"; use key, vendor, label, type, first_seen, last_seen or packets_total", "query"),
            };
            return $"ORDER BY {column} {(_query.Descending ? "DESC" : "ASC")} NULLS LAST, d.device_key";
        }
    }

    private string Contains(string text)
    {
        var escaped = text.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
        var part = $@"{{like}} {Value($"%{escaped}%")} ESCAPE '\'";
        var key = Value(DeviceKey.TryParse(text, out var parsed) ? parsed.ToString() : text);
        return $"""
            (d.device_key {part} OR f.label {part} OR d.vendor {part} OR d.made_by {part} OR d.model {part} OR d.device_key = {key}
            OR EXISTS (SELECT 1 FROM device_host_names n WHERE n.device_id = d.device_id AND n.name {part})
            OR EXISTS (SELECT 1 FROM device_addresses a WHERE a.device_id = d.device_id AND a.address {part}))
            """;
    }

    private string Value(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"{{{_values.Count}}}");
    }
}
