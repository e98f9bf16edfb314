using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>An entity from the journal, for the shard that asked for it.</summary>
internal sealed class EntityArrived(EntityRef wanted, long at, int incarnation) : LimiterMessage
{
    /// <summary>What was asked for.</summary>
    public EntityRef Wanted => wanted;

    /// <summary>Unix seconds of the request that asked.</summary>
    public long At => at;

    /// <summary>The shard's incarnation when it asked.</summary>
    public int Incarnation => incarnation;

    /// <summary>The epoch in which the shard is claimed.</summary>
    public long Epoch { get; set; }

    /// <summary>The entity; null when it could not be read.</summary>
    public LimiterEntity? Entity { get; set; }

    /// <summary>Why not.</summary>
    public Exception? Error { get; set; }

    public override int DestinationOf(int shards) => LimiterRegion.ShardOf(wanted.Key.Current, shards);

    public override void Deliver(LimiterShard shard, ref Outbox outbox)
    {
        if (Error is not (null or JournalUnavailableException or JournalCorruptException)) throw Error;
        shard.Arrivals.Arrive(this, ref outbox);
    }
}

/// <summary>
/// Asks the shard of a previous key for the state to carry over (AF-1 §5.2). With a <paramref name="reply"/> it comes from another node.
/// </summary>
internal sealed class HandOver(EntityRef wanted, long at, int incarnation, AskReply? reply = null) : LimiterMessage
{
    /// <summary>The entity, in both generations.</summary>
    public EntityRef Wanted => wanted;

    /// <summary>Unix seconds of the request that needs it.</summary>
    public long At => at;

    public override bool NeedsOwner => true;

    public override int DestinationOf(int shards) => LimiterRegion.ShardOf(wanted.Key.Previous, shards);

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Arrivals.Give(this, ref outbox);

    /// <summary>The answer; goes to the node that asked, or is the message to send on here.</summary>
    public LimiterMessage? With(EntityState? previous)
    {
        if (reply is null) return new CarriedState(wanted, at, incarnation, previous);
        reply.Serve(output => StateFormat.Write(output, previous, at));
        return null;
    }

    public override void Drop(ref Outbox outbox) =>
        outbox.Add(Refused(new JournalUnavailableException("the previous generation's shard has stopped")));

    public override void Elsewhere(LimiterShard shard)
    {
        if (reply is null) shard.Relay.Ask(this);
        else reply.Moved();
    }

    /// <summary>The answer when it could not be read.</summary>
    public LimiterMessage? Refused(Exception error)
    {
        if (reply is null) return new EntityArrived(wanted, at, incarnation) { Error = error };
        reply.Fail();
        return null;
    }
}

/// <summary>The state to carry over, for the shard of the current key.</summary>
internal sealed class CarriedState(EntityRef wanted, long at, int incarnation, EntityState? previous) : LimiterMessage
{
    /// <summary>The entity, in both generations.</summary>
    public EntityRef Wanted => wanted;

    /// <summary>Unix seconds of the request that asked.</summary>
    public long At => at;

    /// <summary>The shard's incarnation when it asked.</summary>
    public int Incarnation => incarnation;

    /// <summary>What the previous generation knew; null for nothing.</summary>
    public EntityState? Previous => previous;

    public override int DestinationOf(int shards) => LimiterRegion.ShardOf(wanted.Key.Current, shards);

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Arrivals.CarryOver(this, ref outbox);
}

/// <summary>An entity as the journal lists it.</summary>
internal readonly record struct StoredEntity(EntityKind Kind, LimiterKey Key, EntityPosition Position);

/// <summary>Entities of one shard whose last row is older than any of their lifetimes.</summary>
internal sealed class ForgetEntities(int shard, long at, IReadOnlyList<StoredEntity> candidates) : LimiterMessage
{
    /// <summary>Unix seconds of the sweep.</summary>
    public long At => at;

    /// <summary>Which.</summary>
    public IReadOnlyList<StoredEntity> Candidates => candidates;

    /// <summary>The shard's incarnation that takes them out.</summary>
    public int Incarnation { get; set; }

    /// <summary>Those being taken out.</summary>
    public List<LimiterKey> Taken { get; } = [];

    /// <summary>How many are out of the journal.</summary>
    public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int DestinationOf(int shards) => shard;

    public override bool NeedsOwner => true;

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Arrivals.Forget(this);

    public override void Drop(ref Outbox outbox) => Done.TrySetResult(0);

    public override void Elsewhere(LimiterShard shard) => Done.TrySetResult(0);
}

/// <summary>A deletion has ended.</summary>
internal sealed class EntitiesForgotten(int shard, ForgetEntities forget) : LimiterMessage
{
    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Arrivals.Forgotten(forget, ref outbox);
}

/// <summary>Time has passed.</summary>
internal sealed class PassivateExpired(int shard, long now) : LimiterMessage
{
    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Passivate(now);
}

/// <summary>The region stops: tell when everything is durable.</summary>
internal class FinishShard(int shard) : LimiterMessage
{
    /// <summary>Everything is durable, or the shard has a fault or is not here.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Finish(this);

    public override void Drop(ref Outbox outbox) => Done.TrySetResult();
}
