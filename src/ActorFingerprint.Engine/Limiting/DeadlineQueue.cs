namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// Visits in the order in which they run out of time, which is the order in which they came. Holds little more than what is under way:
/// whoever comes takes what is answered off the front.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<LimiterVisit> _queue = new();

    /// <summary>Adds a visit whose deadline is not before those already there.</summary>
    public void Add(LimiterVisit visit)
    {
        lock (_gate)
        {
            while (_queue.TryPeek(out var first) && first.IsAnswered) _queue.Dequeue();
            _queue.Enqueue(visit);
        }
    }

    /// <summary>Fails what is late.</summary>
    public void Expire(long timestamp)
    {
        while (true)
        {
            LimiterVisit? late;
            lock (_gate)
            {
                if (!_queue.TryPeek(out late) || (!late.IsAnswered && late.ExpiresAt > timestamp)) return;
                _queue.Dequeue();
            }
            late.Fail();
        }
    }
}
