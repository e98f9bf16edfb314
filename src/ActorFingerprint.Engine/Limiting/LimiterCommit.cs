using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One commit of a limiter shard in the making: whose events, in order, and who waits for them. All events of one entity become one row of the
/// journal, whichever decisions raised them.
/// </summary>
internal sealed class LimiterCommit
{
    private readonly List<(LimiterEntity Entity, List<LimiterEvent> Events)> _entities = [];
    private readonly List<LimiterVisit> _waiting = [];

    /// <summary>Events so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the events of one entity, which has evolved by them already.</summary>
    public void Append(LimiterEntity entity, IReadOnlyList<LimiterEvent> events)
    {
        if (entity.Uncommitted != this)
        {
            (entity.Uncommitted, entity.PlaceInCommit) = (this, _entities.Count);
            _entities.Add((entity, new(events.Count)));
        }
        _entities[entity.PlaceInCommit].Events.AddRange(events);
        Count += events.Count;
    }

    /// <summary>Tells the visit once this commit is durable.</summary>
    public void Await(LimiterVisit visit)
    {
        if (_waiting.Count > 0 && _waiting[^1] == visit) return;
        visit.Awaits();
        _waiting.Add(visit);
    }

    /// <summary>What goes to the journal: a row for each entity, and a snapshot where one is due.</summary>
    public AtomicWrite ToWrite(ShardFence fence, int snapshotEvery, long now)
    {
        var events = new List<NewEvent>(_entities.Count);
        var snapshots = new List<NewSnapshot>();
        foreach (var (entity, raised) in _entities)
        {
            var id = entity.PersistenceId;
            var (manifest, payload) = LimiterEventCodec.EncodeRow(raised);
            events.Add(new(id, ++entity.SequenceNumber, manifest, payload));
            if (++entity.RowsSinceSnapshot < snapshotEvery) continue;
            entity.RowsSinceSnapshot = 0;
            var facts = LimiterEventCodec.EncodeFacts(now, entity.State.Facts(now));
            snapshots.Add(new(id, entity.SequenceNumber, LimiterManifests.Snapshot, facts));
        }
        return new(fence, events, snapshots);
    }

    /// <summary>The events are durable.</summary>
    public void Succeed(KnownEntities known)
    {
        foreach (var (entity, _) in _entities)
        {
            known.Add(entity.Key);
            if (entity.Uncommitted == this) entity.Uncommitted = null;
        }
        foreach (var visit in _waiting) visit.Arrived();
    }

    /// <summary>The events are lost: who waits is answered for a failed store.</summary>
    public void Fail()
    {
        foreach (var visit in _waiting) visit.Fail();
    }
}
