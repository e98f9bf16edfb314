using System.Data.Common;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>
/// What a journal says of its devices, of either store: events with all their bytes, runs renamed, and the fold of the shard rows. How
/// observations were grouped into rows, orderings, writers and times of writing are left out.
/// </summary>
internal sealed partial class JournalContent
{
    private readonly Dictionary<string, List<(string Manifest, string Line, string Message)>> _events = new(StringComparer.Ordinal);

    /// <summary>The counters of each device.</summary>
    public Dictionary<string, DeviceCounters> Counters { get; } = new(StringComparer.Ordinal);

    /// <summary>Observations that went to the ephemeral buckets, and those refused.</summary>
    public (long Ephemeral, long Refused) Others { get; private set; }

    /// <summary>Devices that have events.</summary>
    public IReadOnlyCollection<string> Devices => _events.Keys;

    /// <summary>Number of device events.</summary>
    public int Events => _events.Values.Sum(list => list.Count);

    /// <summary>Observations counted.</summary>
    public long Packets => Counters.Values.Sum(c => c.Packets);

    /// <summary>Events of a device in order: number, manifest, tags, payload.</summary>
    public IReadOnlyList<string> EventsOf(string device) => _events.TryGetValue(device, out var events) ? [.. events.Select(e => e.Line)] : [];

    /// <summary>
    /// What a device brought that was new, without when, where, in which order and what came along: the same however runs that show the same device
    /// are interleaved. Churn and classifications depend on the order, and are left out.
    /// </summary>
    public IReadOnlyList<string> NewsOf(string device) => !_events.TryGetValue(device, out var events) ? [] :
    [
        .. events.Where(e => !e.Manifest.Contains("churn", StringComparison.Ordinal) && !e.Manifest.Contains("classified", StringComparison.Ordinal))
            .Select(e => $"{e.Manifest} {Novelty(e.Message)}").Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a journal; <paramref name="run"/> gives the name by which a run goes here.</summary>
    public static async Task<JournalContent> ReadAsync(DbDataSource source, Func<string, string> run, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        return await ReadAsync(connection, run, stop);
    }

    /// <summary>Reads the journal of a store folder.</summary>
    public static async Task<JournalContent> ReadAsync(string folder, Func<string, string> run, CancellationToken stop)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(stop);
        return await ReadAsync(connection, run, stop);
    }

    /// <summary>Adds what another journal says.</summary>
    public void Add(JournalContent other)
    {
        foreach (var (device, counters) in other.Counters)
            Counters[device] = Counters.TryGetValue(device, out var mine) ? Sum(mine, counters) : counters;
        foreach (var (device, events) in other._events)
        {
            if (!_events.TryGetValue(device, out var mine)) _events[device] = [.. events];
            else
            {
                var known = mine.Select(e => $"{e.Manifest} {Novelty(e.Message)}").ToHashSet(StringComparer.Ordinal);
                mine.AddRange(events.Where(e => known.Add($"{e.Manifest} {Novelty(e.Message)}")));
            }
        }
        Others = (Others.Ephemeral + other.Others.Ephemeral, Others.Refused + other.Others.Refused);
    }

    /// <summary>Counters as text; of a device that several runs show, without the numbers of its values, which depend on who came first.</summary>
    public string CountersOf(string device, bool isShared) => Counters.TryGetValue(device, out var c) ? Text(c, isShared) : "none";

    private static async Task<JournalContent> ReadAsync(DbConnection connection, Func<string, string> run, CancellationToken stop)
    {
        var content = new JournalContent();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT persistence_id, sequence_number, manifest, tags, message FROM journal
            WHERE persistence_id LIKE 'device-%' OR persistence_id LIKE 'shard-device-%' ORDER BY ordering
            """;
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
        {
            var (id, manifest, message) = (rows.GetString(0), rows.GetString(2), (byte[])rows.GetValue(4));
            if (id.StartsWith(ShardRowCodec.Prefix, StringComparison.Ordinal)) content.Fold(ShardRowCodec.Decode(manifest, message));
            else
            {
                var text = RunName().Replace(Encoding.UTF8.GetString(message), match => $"\"run\":\"{run(match.Groups[1].Value)}\"");
                if (!content._events.TryGetValue(id, out var events)) content._events[id] = events = [];
                events.Add((manifest, $"{rows.GetInt64(1)} {manifest} {(rows.IsDBNull(3) ? "" : rows.GetString(3))} {text}", text));
            }
        }
        return content;
    }

    private void Fold(ShardRow row)
    {
        Others = (Others.Ephemeral + row.Ephemeral, Others.Refused + row.RefusedFuture);
        foreach (var delta in row.Deltas)
            Counters[delta.PersistenceId] = Counters.GetValueOrDefault(delta.PersistenceId, DeviceCounters.Empty).Apply(delta);
    }

    private static DeviceCounters Sum(DeviceCounters a, DeviceCounters b) => a with
    {
        Packets = a.Packets + b.Packets,
        Bytes = a.Bytes + b.Bytes,
        FirstTicks = Math.Min(a.FirstTicks, b.FirstTicks),
        LastTicks = Math.Max(a.LastTicks, b.LastTicks),
        Hours = HourCount.Sum(a.Hours, b.Hours ?? []),
    };

    private static string Text(DeviceCounters c, bool isShared)
    {
        var text = $"{c.Packets} packets, {c.Bytes} bytes, {c.FirstTicks} to {c.LastTicks}, hours {string.Join(' ', c.Hours ?? [])}";
        return isShared ? text : $"{text}, {string.Join(' ', c.Fingerprints)}, ja3 {TextOf(c.Ja3)}, sni {TextOf(c.Sni)}";
    }

    private static string TextOf(TextCounts counts) => System.Text.Json.JsonSerializer.Serialize(counts);

    private static string Novelty(string message)
    {
        var json = JsonNode.Parse(message)!.AsObject();
        return string.Join(' ', ((string[])["device", "kind", "value", "address", "name", "source"]).Select(name => json[name]?.ToJsonString() ?? "-"));
    }

    [GeneratedRegex("\"run\":\"([^\"]*)\"")]
    private static partial Regex RunName();
}
