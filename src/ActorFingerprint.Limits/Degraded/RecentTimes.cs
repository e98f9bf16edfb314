namespace ActorFingerprint.Limits.Degraded;

/// <summary>The latest times of something, as many as a rule ever asks for.</summary>
internal sealed class RecentTimes(int capacity)
{
    private readonly long[] _times = new long[capacity];
    private int _count;
    private int _next;

    public void Add(long at)
    {
        _times[_next] = at;
        _next = (_next + 1) % _times.Length;
        _count = Math.Min(_count + 1, _times.Length);
    }

    /// <summary>How many are at or after <paramref name="from"/>; exact up to the capacity.</summary>
    public int CountSince(long from)
    {
        var count = 0;
        for (var i = 0; i < _count; i++)
            if (_times[i] >= from) count++;
        return count;
    }

    public void Clear() => (_count, _next) = (0, 0);
}
