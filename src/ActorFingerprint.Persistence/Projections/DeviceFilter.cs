using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>A <see cref="DeviceQuery"/> as SQL: only words of this file become SQL, everything asked for is a parameter.</summary>
internal sealed class DeviceFilter(DeviceQuery query)
{
    private const string Contains = """
        (d.device_key LIKE ?1 ESCAPE '\' OR f.label LIKE ?1 ESCAPE '\' OR d.vendor LIKE ?1 ESCAPE '\' OR d.made_by LIKE ?1 ESCAPE '\'
        OR d.model LIKE ?1 ESCAPE '\' OR d.device_key = ?4
        OR EXISTS (SELECT 1 FROM device_host_names n WHERE n.device_id = d.device_id AND n.name LIKE ?1 ESCAPE '\')
        OR EXISTS (SELECT 1 FROM device_addresses a WHERE a.device_id = d.device_id AND a.address LIKE ?1 ESCAPE '\'))
        """;

    private bool HasText => !string.IsNullOrWhiteSpace(query.Text);

    /// <summary>The condition.</summary>
    public string Where
    {
        get
        {
            var conditions = new List<string>();
            if (HasText) conditions.Add(Contains);
            if (query.Status is not null) conditions.Add("s.status = ?2");
            if (query.Type is not null) conditions.Add("coalesce(d.type, 'unknown') = ?5 COLLATE NOCASE");
            if (query.SeenAfterTicks is not null) conditions.Add("f.last_seen >= ?3");
            return conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        }
    }

    /// <summary>The order; the key decides between equals. Throws <see cref="ArgumentException"/> for an unknown column.</summary>
    public string OrderBy
    {
        get
        {
            var column = query.Sort switch
            {
                "key" => "d.device_key",
                "vendor" => "d.vendor",
                "label" => "f.label",
                "type" => "d.type",
                "first_seen" => "f.first_seen",
                "last_seen" => "f.last_seen",
                "packets_total" => "f.packets_total",
                _ => throw new ArgumentException(
                    $"cannot sort by \"{query.Sort}\"; use key, vendor, label, type, first_seen, last_seen or packets_total", nameof(query)),
            };
            return $"ORDER BY {column} {(query.Descending ? "DESC" : "ASC")} NULLS LAST, d.device_key";
        }
    }

    /// <summary>Binds what was asked for.</summary>
    public Statement Bind(Statement statement)
    {
        if (HasText)
        {
            var text = query.Text!.Trim();
            var escaped = text.Replace(@"\", @"\\", StringComparison.Ordinal)
                .Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
            statement.Bind(1, $"%{escaped}%").Bind(4, DeviceKey.TryParse(text, out var key) ? key.ToString() : text);
        }
        if (query.Status is not null) statement.Bind(2, query.Status);
        if (query.Type is not null) statement.Bind(5, query.Type);
        if (query.SeenAfterTicks is not null) statement.Bind(3, query.SeenAfterTicks);
        return statement;
    }
}
