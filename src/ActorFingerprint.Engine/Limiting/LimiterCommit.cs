using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>One commit of a limiter shard in the making: events and snapshots in order, whose they are, and who waits for them.</summary>
internal sealed class LimiterCommit
{
    private readonly List<NewEvent> _events = [];
    private readonly List<NewSnapshot> _snapshots = [];
    private readonly List<LimiterEntity> _entities = [];
    private readonly List<LimiterVisit> _waiting = [];

    /// <summary>Events so far.</summary>
    public int Count => _events.Count;

    /// <summary>Adds the events of one entity, which has evolved by them already, and a snapshot when one is due.</summary>
    public void Append(LimiterEntity entity, IReadOnlyList<LimiterEvent> events, int snapshotEvery, long now)
    {
        var id = entity.PersistenceId;
        for (var i = 0; i < events.Count; i++)
        {
            var (manifest, payload) = LimiterEventCodec.Encode(events[i]);
            _events.Add(new(id, ++entity.SequenceNumber, manifest, payload));
        }
        if (entity.Uncommitted != this)
        {
            entity.Uncommitted = this;
            _entities.Add(entity);
        }
        if (entity.SequenceNumber - entity.SnapshotNumber < snapshotEvery) return;
        entity.SnapshotNumber = entity.SequenceNumber;
        var facts = LimiterEventCodec.EncodeFacts(now, entity.State.Facts(now));
        _snapshots.Add(new(id, entity.SequenceNumber, LimiterManifests.Snapshot, facts));
    }

    /// <summary>Tells the visit once this commit is durable.</summary>
    public void Await(LimiterVisit visit)
    {
        if (_waiting.Count > 0 && _waiting[^1] == visit) return;
        visit.Awaits();
        _waiting.Add(visit);
    }

    /// <summary>What goes to the journal.</summary>
    public AtomicWrite ToWrite(ShardFence fence) => new(fence, _events, _snapshots);

    /// <summary>The events are durable.</summary>
    public void Succeed()
    {
        foreach (var entity in _entities)
            if (entity.Uncommitted == this) entity.Uncommitted = null;
        foreach (var visit in _waiting) visit.Arrived();
    }

    /// <summary>The events are lost: who waits is answered for a failed store.</summary>
    public void Fail()
    {
        foreach (var visit in _waiting) visit.Fail();
    }
}
