using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>The simple throttle's windows in memory; ended ones go when the table has doubled, or is full.</summary>
internal sealed class ThrottleTable(int capacity)
{
    private readonly Dictionary<LimiterKey, (ThrottleWindow Window, long EndsAt)> _windows = [];
    private int _sweepAt = 1_024;

    public ThrottleResult Consume(in KeyPair key, ThrottleRule rule, long cost, long now)
    {
        if (_windows.Count >= _sweepAt) Sweep(now);
        if (!_windows.TryGetValue(key.Current, out var held) && !key.Previous.IsNone) _windows.Remove(key.Previous, out held);
        var window = FixedWindowThrottle.Decide(held.Window, rule, cost, now, out var result);
        _windows[key.Current] = (window, window.StartedAt + rule.IntervalSeconds);
        return result;
    }

    private void Sweep(long now)
    {
        foreach (var (key, held) in _windows)
            if (now >= held.EndsAt) _windows.Remove(key);
        if (_windows.Count >= capacity)
            foreach (var (key, _) in _windows.OrderBy(w => w.Value.EndsAt).Take(capacity / 16 + 1).ToArray()) _windows.Remove(key);
        _sweepAt = Math.Min(capacity, Math.Max(1_024, _windows.Count * 2));
    }
}
