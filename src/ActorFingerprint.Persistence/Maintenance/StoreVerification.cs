using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>Something that is wrong in a store: which rule it breaks, and where.</summary>
/// <param name="Rule">
/// <c>file</c>, <c>checksum</c>, <c>sequence</c>, <c>payload</c>, <c>tags</c>, <c>counts</c>, <c>snapshot</c> or <c>projection</c>.
/// </param>
/// <param name="Where">Persistence id and sequence number, or a file.</param>
/// <param name="What">What is wrong.</param>
public readonly record struct Finding(string Rule, string Where, string What);

/// <summary>
/// Checks everything in a store that can be checked: checksums, sequences, payloads, tags, that every counted device is known, that
/// snapshots equal the fold of events and shard rows up to them, devices' and the limiter's, and that the read side is not ahead. Reads
/// only; one pass over the journal, one replay for each snapshot.
/// </summary>
public sealed class StoreVerification
{
    private readonly StoreFolder _folder;
    private readonly SqliteConnection _connection;
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<string, long> _highest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SnapshotCheck> _snapshots = new(StringComparer.Ordinal);
    private readonly LimiterVerification _limiter;

    private sealed record SnapshotCheck(long SequenceNumber, DeviceSnapshot Stored)
    {
        public DeviceState State { get; set; } = DeviceState.Initial;
        public DeviceCounters Counters { get; set; } = DeviceCounters.Empty;
    }

    private StoreVerification(StoreFolder folder, SqliteConnection connection)
    {
        (_folder, _connection) = (folder, connection);
        _limiter = new(Add);
    }

    /// <summary>Checks a store; no findings mean that it is sound. Also beside the node that writes it.</summary>
    public static IReadOnlyList<Finding> Of(StoreFolder folder, CancellationToken stop)
    {
        using var connection = folder.OpenJournal();
        var verification = new StoreVerification(folder, connection);
        try
        {
            // One read transaction: a running writer's later commits stay out of every check.
            connection.Execute("BEGIN");
            verification.CheckFile();
            verification.ReadSnapshots();
            verification.ReadJournal(stop);
            verification.CheckSnapshots();
            verification._limiter.Finish(id => verification._highest.GetValueOrDefault(id));
            verification.CheckTags();
            verification.CheckProjection();
        }
        catch (SqliteException error) when (SqliteFaults.Explain(folder.Journal, error) is { } explained)
        {
            verification.Add("file", folder.Journal, explained.Message);
        }
        return verification._findings;
    }

    private void CheckFile()
    {
        using var check = new Statement(_connection, "PRAGMA quick_check(20)");
        while (check.Step())
            if (check.Text(0) is var found && found != "ok") Add("file", _folder.Journal, found);
    }

    private void ReadSnapshots()
    {
        using var rows = new Statement(_connection, "SELECT persistence_id, sequence_number, manifest, snapshot, crc32c FROM snapshot");
        while (rows.Step())
        {
            var (id, sequenceNumber) = (rows.Text(0), rows.Int64(1));
            var place = $"snapshot of {id} at {sequenceNumber}";
            if (RowChecksum.Of(rows.Utf8(0), sequenceNumber, rows.Utf8(2), rows.Utf8(3)) != (uint)rows.Int64(4))
                Add("checksum", place, "does not match its checksum; replay does without it");
            else if (rows.Text(2) == DeviceManifests.Snapshot)
                ReadDeviceSnapshot(id, sequenceNumber, place, rows.Utf8(3));
            else if (rows.Text(2) == LimiterManifests.Snapshot)
                _limiter.Snapshot(id, sequenceNumber, rows.Utf8(3));
        }
    }

    private void ReadDeviceSnapshot(string id, long sequenceNumber, string place, ReadOnlySpan<byte> payload)
    {
        try
        {
            _snapshots[id] = new(sequenceNumber, DeviceEventCodec.DecodeSnapshot(DeviceManifests.Snapshot, payload)!);
        }
        catch (StoredEventException error)
        {
            Add("payload", place, error.Message);
        }
    }

    private void ReadJournal(CancellationToken stop)
    {
        using var rows = new Statement(_connection, """
            SELECT persistence_id, sequence_number, manifest, message, crc32c FROM journal ORDER BY ordering
            """);
        while (rows.Step())
        {
            stop.ThrowIfCancellationRequested();
            var (id, sequenceNumber, manifest) = (rows.Text(0), rows.Int64(1), rows.Text(2));
            var payload = rows.Utf8(3);
            var highest = _highest.GetValueOrDefault(id);
            if (sequenceNumber != highest + 1) Add("sequence", $"{id} {sequenceNumber}", $"follows {highest}");
            _highest[id] = Math.Max(highest, sequenceNumber);
            if (RowChecksum.Of(rows.Utf8(0), sequenceNumber, rows.Utf8(2), payload) != (uint)rows.Int64(4))
                Add("checksum", $"{id} {sequenceNumber}", $"{manifest} does not match its checksum");
            else Check(id, sequenceNumber, manifest, payload);
        }
    }

    private void Check(string id, long sequenceNumber, string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (LimiterVerification.Owns(id)) _limiter.Row(id, sequenceNumber, manifest, payload);
            else if (manifest == ShardRow.Manifest) Count(id, sequenceNumber, ShardRowCodec.Decode(manifest, payload));
            else if (id.StartsWith(RunEventCodec.Prefix, StringComparison.Ordinal)) RunEventCodec.Decode(manifest, payload);
            else if (id.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal))
                Evolve(id, sequenceNumber, DeviceEventCodec.Default.Decode(manifest, payload));
        }
        catch (StoredEventException error)
        {
            Add("payload", $"{id} {sequenceNumber}", error.Message);
        }
    }

    private void Evolve(string id, long sequenceNumber, DeviceEvent? past)
    {
        if (past is null || !_snapshots.TryGetValue(id, out var snapshot) || sequenceNumber > snapshot.SequenceNumber) return;
        snapshot.State = Device.Evolve(snapshot.State, past);
        if (past is DeviceEvent.Erased) snapshot.Counters = DeviceCounters.Empty;
    }

    private void Count(string id, long sequenceNumber, ShardRow row)
    {
        foreach (var delta in row.Deltas)
        {
            if (!_highest.ContainsKey(delta.PersistenceId))
                Add("counts", $"{id} {sequenceNumber}", $"counts for {delta.PersistenceId}, which has no event");
            if (_snapshots.TryGetValue(delta.PersistenceId, out var snapshot) && sequenceNumber <= snapshot.Stored.ShardSequence)
                snapshot.Counters = snapshot.Counters.Apply(delta);
        }
    }

    private void CheckSnapshots()
    {
        foreach (var (id, snapshot) in _snapshots)
        {
            var place = $"snapshot of {id} at {snapshot.SequenceNumber}";
            var highest = _highest.GetValueOrDefault(id);
            if (snapshot.SequenceNumber > highest) Add("snapshot", place, $"is ahead of its events, which end at {highest}");
            else if (!IsFold(snapshot)) Add("snapshot", place, "differs from the fold of its events and shard rows");
        }
    }

    /// <summary>Compares by the stored form: equal bytes are equal states.</summary>
    private static bool IsFold(SnapshotCheck snapshot)
    {
        var folded = new DeviceSnapshot(snapshot.State, snapshot.Counters, snapshot.Stored.ShardSequence);
        return DeviceEventCodec.Encode(folded).Payload.AsSpan().SequenceEqual(DeviceEventCodec.Encode(snapshot.Stored).Payload);
    }

    private void CheckTags()
    {
        using var rows = new Statement(_connection, """
            SELECT j.persistence_id, j.sequence_number, 'has a tag without a row in tags' FROM journal j
            WHERE j.tags IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.ordering_id = j.ordering AND t.tag = j.tags)
            UNION ALL
            SELECT t.persistence_id, t.sequence_nr, 'has a row in tags without the event' FROM tags t
            WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.ordering = t.ordering_id AND j.tags = t.tag
                AND j.persistence_id = t.persistence_id AND j.sequence_number = t.sequence_nr)
            """);
        while (rows.Step()) Add("tags", $"{rows.Text(0)} {rows.Int64(1)}", rows.Text(2));
    }

    private void CheckProjection()
    {
        var highest = _connection.ExecuteInt64("SELECT max(ordering) FROM journal");
        if (StoreStats.ProjectionOffsetOf(_folder) is { } offset && offset > highest)
            Add("projection", _folder.Projections, $"is at {offset}, ahead of the journal's {highest}; run `actorfp journal replay`");
    }

    private void Add(string rule, string place, string what) => _findings.Add(new(rule, place, what));
}
