using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What a visit needs next.</summary>
internal enum VisitStep
{
    /// <summary>Nothing: it was answered, or waits for commits.</summary>
    Done,

    /// <summary>The shard of <see cref="LimiterVisit.Wanted"/>.</summary>
    Travel,

    /// <summary><see cref="LimiterVisit.Wanted"/> in this shard's memory.</summary>
    Bring,
}

/// <summary>
/// A request on its way through the shards that own its entities: it is served where it is and then moves on, so that nothing goes back to
/// the caller between two entities. It holds no entity while it travels.
/// </summary>
internal abstract class LimiterVisit(LimiterGeneration generation) : LimiterMessage
{
    private int _awaited = 1;

    /// <summary>The entity it needs next.</summary>
    public EntityRef Wanted { get; protected set; }

    /// <summary>Unix seconds of its commands.</summary>
    public abstract long At { get; }

    /// <summary>Timestamp after which it fails.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>The secrets that its names were made with.</summary>
    public LimiterGeneration Generation => generation;

    /// <summary>Whether it has its answer.</summary>
    public abstract bool IsAnswered { get; }

    public override bool IsBounded => true;

    public override int DestinationOf(int shards) => LimiterRegion.ShardOf(Wanted.Key.Current, shards);

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Visit(this, ref outbox);

    /// <summary>Serves as much as this shard can.</summary>
    public abstract VisitStep Serve(LimiterShard shard);

    /// <summary>It cannot be finished in time: a deadline, storage. It may still be under way, and is answered when it is served next.</summary>
    public abstract void Fail();

    /// <summary>It touches nothing any more.</summary>
    public void Leave() => generation.Leave();

    /// <summary>It fails, and is under way no more: a full mailbox, storage that cannot be read.</summary>
    public override void Drop(ref Outbox outbox)
    {
        Fail();
        Leave();
    }

    /// <summary>An event of its was put into a commit.</summary>
    public void Awaits() => Interlocked.Increment(ref _awaited);

    /// <summary>One of its commits is durable, or it has decided.</summary>
    public void Arrived()
    {
        if (Interlocked.Decrement(ref _awaited) == 0) Durable();
    }

    /// <summary>An event was raised for it.</summary>
    public virtual void Raised(LimiterEvent @event)
    {
    }

    /// <summary>It has decided, and all its events are durable.</summary>
    protected abstract void Durable();
}
