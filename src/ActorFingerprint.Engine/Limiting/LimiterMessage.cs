using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What the mailbox of a shard takes. It is in one mailbox, list or hand at a time.</summary>
internal abstract class LimiterMessage
{
    /// <summary>The next one in its <see cref="Outbox"/>.</summary>
    internal LimiterMessage? Next { get; set; }

    /// <summary>Whether a full mailbox refuses it. What shards tell each other is bounded by what they were asked.</summary>
    public virtual bool IsBounded => false;

    /// <summary>Whether only the owner of the shard may take it; elsewhere it is told <see cref="Elsewhere"/>.</summary>
    public virtual bool NeedsOwner => false;

    /// <summary>The shard it goes to.</summary>
    public abstract int DestinationOf(int shards);

    /// <summary>Runs inside the shard; what has to go on to another one is put into <paramref name="outbox"/>.</summary>
    public abstract void Deliver(LimiterShard shard, ref Outbox outbox);

    /// <summary>The shard is not, or not for certain, on this node.</summary>
    public virtual void Elsewhere(LimiterShard shard)
    {
    }

    /// <summary>It was refused, or its shard has stopped.</summary>
    public virtual void Drop(ref Outbox outbox)
    {
    }
}

/// <summary>Messages that leave a shard, sent on by the same thread when it has left the shard.</summary>
internal ref struct Outbox
{
    private LimiterMessage? _first;

    /// <summary>Adds a message, if there is one.</summary>
    public void Add(LimiterMessage? message)
    {
        if (message is not null) (message.Next, _first) = (_first, message);
    }

    /// <summary>Takes the one that was added last.</summary>
    public bool TryTake([NotNullWhen(true)] out LimiterMessage? message)
    {
        message = _first;
        if (message is null) return false;
        (_first, message.Next) = (message.Next, null);
        return true;
    }
}
