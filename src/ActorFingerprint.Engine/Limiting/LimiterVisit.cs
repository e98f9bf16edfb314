using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;

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
/// the caller between two entities. It holds no entity while it travels. One that needs a shard of another node is asked on there and
/// comes back as far as it got; <paramref name="reply"/> is set for one that another node asks of this one.
/// </summary>
internal abstract class LimiterVisit(LimiterGeneration generation, AskReply? reply) : LimiterMessage
{
    private int _awaited = 1;
    private bool _hasRun;

    /// <summary>The entity it needs next.</summary>
    public EntityRef Wanted { get; protected set; }

    /// <summary>Unix seconds of its commands.</summary>
    public abstract long At { get; }

    /// <summary>Timestamp after which it fails.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>The secrets that its names were made with.</summary>
    public LimiterGeneration Generation => generation;

    /// <summary>Check values of the secrets that its names were made with: another node's may be older or newer than this one's.</summary>
    public (ulong Current, ulong Previous) Names => reply?.Names ?? generation.Check;

    /// <summary>Whether it has its answer, or nobody waits for one.</summary>
    public abstract bool IsAnswered { get; }

    public override bool IsBounded => true;

    public override bool NeedsOwner => true;

    /// <summary>Kind of the ask that takes it to another node.</summary>
    public abstract string AskKind { get; }

    /// <summary>Who asked from another node; null for a request of this one.</summary>
    protected AskReply? Reply => reply;

    public override int DestinationOf(int shards) => LimiterRegion.ShardOf(Wanted.Key.Current, shards);

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Visit(this, ref outbox);

    /// <summary>Serves as much as this shard can.</summary>
    public VisitStep Serve(LimiterShard shard)
    {
        while (TryNext())
        {
            if (IsAnswered) return VisitStep.Done; // too late: nobody listens any more
            var wanted = Wanted;
            if (LimiterRegion.ShardOf(wanted.Key.Current, shard.Count) != shard.Number) return VisitStep.Travel;
            if (shard.Find(wanted) is not { } entity) return VisitStep.Bring;
            if (shard.IsBehind || !shard.Admits(entity, this))
            {
                Fail();
                return VisitStep.Done;
            }
            Run(entity, shard);
            shard.Keep(entity, this);
            _hasRun = true;
        }
        if (shard.HoldsLease) Finish();
        else Fail();
        return VisitStep.Done;
    }

    /// <summary>
    /// Its next shard is not on this node: asks the owner; or, when it came from another node, goes back there as far as it got.
    /// </summary>
    public override void Elsewhere(LimiterShard shard)
    {
        if (reply is null)
        {
            shard.Relay.Ask(this);
            return;
        }
        if (_hasRun) Finish();
        else reply.Moved();
        Leave();
    }

    /// <summary>The owner has taken it as far as it could: goes on from there.</summary>
    public void GoOn(Action<LimiterMessage> send)
    {
        if (!IsAnswered && TryNext())
        {
            send(this);
            return;
        }
        if (!IsAnswered) Finish();
        Leave();
    }

    /// <summary>Writes what its next owner has to know.</summary>
    public abstract void WriteAsk(CompactWriter output, FactsFormat facts);

    /// <summary>Takes what <see cref="WriteProgress"/> wrote at the owner.</summary>
    public abstract void ReadProgress(ref CompactReader input);

    /// <summary>
    /// It cannot be finished in time: a deadline, storage. It may still be under way, and is answered when it is served next.
    /// </summary>
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

    /// <summary>Writes how far it got.</summary>
    protected abstract void WriteProgress(CompactWriter output);

    /// <summary>True when there is a step to take, with <see cref="Wanted"/> set to its entity. Asked twice it says the same.</summary>
    protected abstract bool TryNext();

    /// <summary>Takes the step, inside the entity's shard.</summary>
    protected abstract void Run(LimiterEntity entity, LimiterShard shard);

    /// <summary>It takes no further step here: answers, now or when its events are durable.</summary>
    protected abstract void Finish();

    /// <summary>It has decided, and all its events are durable.</summary>
    protected abstract void Durable();
}
