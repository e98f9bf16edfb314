using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Brings an entity back: its snapshot and the events after it. Volatile windows start empty.</summary>
internal sealed class LimiterEntityLoader(IJournal journal, ISnapshotStore snapshots)
{
    /// <summary>The entity under one of its two keys; with sequence number 0 when nothing is stored.</summary>
    public async Task<LimiterEntity> LoadAsync(EntityRef wanted, LimiterKey key)
    {
        var id = LimiterManifests.PersistenceIdOf(wanted.Kind, key);
        var state = wanted.NewState();
        if (await journal.HighestSequenceNumberAsync(id, CancellationToken.None) == 0) return new(wanted.Kind, key, state, 0, 0);
        var snapshot = await snapshots.LoadAsync(id, CancellationToken.None);
        if (snapshot is not null)
            foreach (var fact in LimiterEventCodec.DecodeSnapshot(snapshot.Payload.Span).Facts) state.Evolve(fact);
        var (from, last) = (snapshot?.SequenceNumber ?? 0, snapshot?.SequenceNumber ?? 0);
        await foreach (var past in journal.ReplayAsync(id, from + 1, CancellationToken.None))
        {
            foreach (var raised in LimiterEventCodec.DecodeRow(past.Manifest, past.Payload.Span)) state.Evolve(raised);
            last = past.SequenceNumber;
        }
        return new(wanted.Kind, key, state, last, (int)(last - from));
    }
}
