using System.Collections.Concurrent;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>
/// The asks of other nodes of the last seconds, so that one which comes twice is carried out once and gets one answer. Holds what can
/// still be under way. One that found its shard away was not carried out and may come again.
/// </summary>
internal sealed class AskLedger(long keepFor)
{
    private readonly ConcurrentDictionary<(Guid Instance, long Number), AskReply> _replies = new();
    private readonly ConcurrentQueue<((Guid Instance, long Number) Id, AskReply Reply, long ForgetAt)> _order = new();

    /// <summary>False when it came before; then <paramref name="reply"/> is the one that was given to it.</summary>
    public bool TryAdd(in LimiterAsk ask, ref AskReply reply, long now)
    {
        var id = (ask.Instance, ask.Number);
        var first = _replies.GetOrAdd(id, reply);
        if (!ReferenceEquals(first, reply) && !(first.HasMoved && _replies.TryUpdate(id, reply, first)))
        {
            reply = first;
            return false;
        }
        _order.Enqueue((id, reply, now + keepFor));
        return true;
    }

    /// <summary>Forgets what is old enough; what still waits for an answer gets that it failed.</summary>
    public void Forget(long now)
    {
        while (_order.TryPeek(out var oldest) && oldest.ForgetAt <= now && _order.TryDequeue(out oldest))
        {
            _replies.TryRemove(new(oldest.Id, oldest.Reply));
            oldest.Reply.Fail();
        }
    }
}
