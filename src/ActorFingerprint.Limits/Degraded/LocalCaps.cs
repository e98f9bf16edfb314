using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Degraded;

/// <summary>
/// The local counters of one policy on one node (AF-1 §14): process memory, a fixed window from the first attempt, every rule counts every
/// request, and they are never copied to shared state. Bounded: when full, the oldest windows go first. H7 counts checks and accesses only.
/// </summary>
public sealed class LocalCaps(DegradedRules rules, LimiterProfile profile)
{
    /// <summary>Retry-after of a refusal in the reference profile, in seconds.</summary>
    public const int RetrySeconds = 60;

    /// <summary>Windows kept at most.</summary>
    public const int Capacity = 65_536;

    private readonly Dictionary<KeyDigest, (long Start, int Count)> _windows = [];
    private readonly Queue<(KeyDigest Key, long Start)> _byStart = [];

    /// <summary>Windows held now.</summary>
    public int Count => _windows.Count;

    /// <summary>Counts a request; the seconds after which it may try again, 0 when it is within all caps.</summary>
    public long Observe(LimitCommand command, in RequestKeys keys, long now)
    {
        var hardened = profile.Has(HardenedSwitches.DegradedCountsChecksOnly);
        if (hardened && command is not (LimitCommand.Check or LimitCommand.Access)) return 0;
        Expire(now);
        var rest = Observe(keys.K1.Digests, rules.PerAddress, now);
        if (rules.PerAccount is { } perAccount && !keys.K4.IsNone) rest = Math.Max(rest, Observe(keys.K4.Digests, perAccount, now));
        if (rules.PerAgent is { } perAgent) rest = Math.Max(rest, Observe(keys.K2, perAgent, now));
        return rest == 0 || hardened ? rest : RetrySeconds;
    }

    private long Observe(in DigestPair key, int cap, long now)
    {
        var name = _windows.ContainsKey(key.Previous) ? key.Previous : key.Current;
        if (!_windows.TryGetValue(name, out var window))
        {
            if (_windows.Count >= Capacity && _byStart.TryDequeue(out var oldest)) _windows.Remove(oldest.Key);
            window = (now, 0);
            _byStart.Enqueue((name, now));
        }
        _windows[name] = window = (window.Start, Math.Min(window.Count + 1, int.MaxValue - 1));
        return window.Count > cap ? window.Start + rules.WindowSeconds - now : 0;
    }

    private void Expire(long now)
    {
        while (_byStart.TryPeek(out var oldest) && now >= oldest.Start + rules.WindowSeconds)
            _windows.Remove(_byStart.Dequeue().Key);
    }
}
