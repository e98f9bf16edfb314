using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>Something that is wrong in a store: which rule it breaks, and where.</summary>
/// <param name="Rule">
/// <c>file</c>, <c>checksum</c>, <c>sequence</c>, <c>payload</c>, <c>tags</c>, <c>counts</c>, <c>snapshot</c> or <c>projection</c>.
/// </param>
/// <param name="Where">Persistence id and sequence number, or a file.</param>
/// <param name="What">What is wrong.</param>
public readonly record struct Finding(string Rule, string Where, string What);

/// <summary>
/// Checks the rows of a journal, whatever stores them: checksums, sequences, payloads, that every counted device is known, and that snapshots
/// equal the fold of events and shard rows up to them, devices' and the limiter's. Takes every snapshot first, then every row in journal
/// order.
/// </summary>
internal sealed class StoreVerification
{
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<string, long> _highest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SnapshotCheck> _snapshots = new(StringComparer.Ordinal);
    private readonly LimiterVerification _limiter;

    private sealed record SnapshotCheck(long SequenceNumber, DeviceSnapshot Stored)
    {
        public DeviceState State { get; set; } = DeviceState.Initial;
        public DeviceCounters Counters { get; set; } = DeviceCounters.Empty;
    }

    public StoreVerification() => _limiter = new(Add);

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Notes something else that is wrong.</summary>
    public void Add(string rule, string place, string what) => _findings.Add(new(rule, place, what));

    /// <summary>Takes a snapshot.</summary>
    public void Snapshot(string id, long sequenceNumber, string manifest, ReadOnlySpan<byte> payload, uint checksum)
    {
        var place = $"snapshot of {id} at {sequenceNumber}";
        if (RowChecksum.Of(id, sequenceNumber, manifest, payload) != checksum)
            Add("checksum", place, "does not match its checksum; replay does without it");
        else if (manifest == DeviceManifests.Snapshot)
            ReadDeviceSnapshot(id, sequenceNumber, place, payload);
        else if (manifest == LimiterManifests.Snapshot)
            _limiter.Snapshot(id, sequenceNumber, payload);
    }

    /// <summary>Takes the next row.</summary>
    public void Row(string id, long sequenceNumber, string manifest, ReadOnlySpan<byte> payload, uint checksum)
    {
        var highest = _highest.GetValueOrDefault(id);
        if (sequenceNumber != highest + 1) Add("sequence", $"{id} {sequenceNumber}", $"follows {highest}");
        _highest[id] = Math.Max(highest, sequenceNumber);
        if (RowChecksum.Of(id, sequenceNumber, manifest, payload) != checksum)
            Add("checksum", $"{id} {sequenceNumber}", $"{manifest} does not match its checksum");
        else Check(id, sequenceNumber, manifest, payload);
    }

    /// <summary>Compares snapshots with what the rows added up to.</summary>
    public void Finish()
    {
        CheckSnapshots();
        _limiter.Finish(id => _highest.GetValueOrDefault(id));
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
}
