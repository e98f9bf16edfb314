using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>How a message was received.</summary>
internal enum Delivery
{
    /// <summary>The shard was idle: the sender's thread serves it now.</summary>
    Owned,

    /// <summary>Another thread serves the shard and will come to it.</summary>
    Queued,

    /// <summary>Too many wait.</summary>
    Refused,
}

/// <summary>
/// The mailbox of a shard that has no thread of its own: who finds the shard idle owns it, serves the message there and then, and what others
/// left meanwhile. One thread at a time is inside, no message changes threads while nobody else is there, and no thread waits for another.
/// </summary>
internal sealed class LimiterMailbox(int capacity)
{
    private readonly ConcurrentQueue<LimiterMessage> _queue = new();
    private int _count; // waiting or being served

    /// <summary>Offers a message. An owner serves <paramref name="first"/>, which is the message or one that came before it.</summary>
    public Delivery Offer(LimiterMessage message, out LimiterMessage first)
    {
        first = message;
        if (Interlocked.CompareExchange(ref _count, 1, 0) == 0) return Delivery.Owned;
        if (message.IsBounded && Volatile.Read(ref _count) > capacity) return Delivery.Refused;
        _queue.Enqueue(message); // before it counts: what is counted can be taken
        if (Interlocked.Increment(ref _count) > 1) return Delivery.Queued;
        return _queue.TryDequeue(out first!) ? Delivery.Owned : throw new InvalidOperationException("a counted message is missing");
    }

    /// <summary>The owner has served a message: the next one, or false, and it is no longer the owner.</summary>
    public bool TryNext([NotNullWhen(true)] out LimiterMessage? next)
    {
        next = null;
        return Interlocked.Decrement(ref _count) > 0 && _queue.TryDequeue(out next);
    }
}
