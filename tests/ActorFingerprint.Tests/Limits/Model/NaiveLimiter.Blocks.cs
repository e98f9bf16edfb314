namespace ActorFingerprint.Tests.Limits.Model;

/// <summary>§8, §9.2, §14 and §15 of the model.</summary>
internal sealed partial class NaiveLimiter
{
    private readonly Dictionary<string, Breaker> _breakers = [];
    private readonly Dictionary<string, (long Start, int Count)> _local = [];
    private readonly Dictionary<string, (long Start, long Count)> _throttles = [];

    public (bool Allowed, long Remaining, long RetryAfter, long? ResetAt) Consume(
        string name, long limit, long interval, string subject, long cost, long now)
    {
        if (!StoreUp) return (false, 0, 0, null);
        var key = $"{name}|{limit}|{interval}|{subject}";
        if (!_throttles.TryGetValue(key, out var window) || now >= window.Start + interval) window = (now, 0);
        _throttles[key] = window = (window.Start, window.Count + cost);
        var allowed = window.Count <= limit;
        var reset = window.Start + interval;
        return (allowed, Math.Max(0, limit - window.Count), allowed ? 0 : Math.Max(1, reset - now), reset);
    }

    private Key Get(string name)
    {
        if (!_keys.TryGetValue(name, out var key)) _keys[name] = key = new Key();
        return key;
    }

    private (int Level, long Until) ActiveBlock(string name, long now, bool trusted)
    {
        if (!_keys.TryGetValue(name, out var key)) return (0, 0);
        var all = key.Until > now ? (key.Level, key.Until) : (0, 0);
        if (trusted || key.SparingUntil <= now) return all;
        return (Math.Max(all.Item1, key.SparingLevel), Math.Max(all.Item2, key.SparingUntil));
    }

    private void Publish(string name, int level, long until, long now, bool api, bool spares)
    {
        var key = Get(name);
        var wasHard = ActiveBlock(name, now, false).Level >= 2;
        if (spares)
        {
            var active = key.SparingUntil > now;
            (key.SparingLevel, key.SparingUntil) =
                (active ? Math.Max(key.SparingLevel, level) : level, active ? Math.Max(key.SparingUntil, until) : until);
        }
        else
        {
            var active = key.Until > now;
            (key.Level, key.Until) = (active ? Math.Max(key.Level, level) : level, active ? Math.Max(key.Until, until) : until);
        }
        if (level < 2 || api) return;
        key.Slow = true;
        if (wasHard) return;
        key.Cycles.Add(now);
        if (key.Cycles.Count(c => now - c <= 21600) >= 2 && !key.Pauses.Exists(p => now < p + 600)) key.Pauses.Add(now);
    }

    /// <summary>§14: the answer while the store may not be asked, or null to go on.</summary>
    private NaiveAnswer? Guard(NaiveRequest r, long now)
    {
        if (!_breakers.TryGetValue(r.Policy, out var b)) _breakers[r.Policy] = b = new Breaker();
        if (now < b.ClosedUntil) return new("HARD_BLOCK", 2, b.ClosedUntil - now, "FAIL_CLOSED", false, "reentry_guard");
        switch (b.State)
        {
            case "open" when now - b.Since < 300:
            case "half" when now - b.Since < 120:
                return Local(r, now, "DEGRADED");
            case "open":
                (b.State, b.Since) = (StoreUp ? "half" : "open", now);
                return Local(r, now, "DEGRADED");
            case "half" when StoreUp:
                b.State = "closed";
                return null;
            case "half":
                (b.State, b.Since) = ("open", now);
                b.Reentries.Add(now);
                if (b.Reentries.Count(t => now - t <= 1800) <= 2) return Local(r, now, "DEGRADED");
                b.ClosedUntil = now + 600;
                return new("HARD_BLOCK", 2, 600, "FAIL_CLOSED", false, "reentry_guard");
        }
        if (StoreUp) return null;
        b.Failures.Add(now);
        if (b.Failures.Count(t => now - t <= 10) >= 3 || (On("slowBreaker") && b.Failures.Count(t => now - t <= 300) >= 5))
        {
            b.Failures.Clear();
            (b.State, b.Since) = ("open", now);
            return Local(r, now, "DEGRADED");
        }
        return r.Policy == "api_heavy"
            ? Local(r, now, "FAIL_OPEN")
            : new("HARD_BLOCK", 2, 10, "FAIL_CLOSED", false, "store_unavailable");
    }

    private NaiveAnswer Local(NaiveRequest r, long now, string mode)
    {
        if (On("degradedCountsChecksOnly") && r.Command is not ("check" or "access")) return new("ALLOW", 0, 0, mode, false, "");
        List<(string Name, int Cap)> rules = r.Policy switch
        {
            "login" => [("a|" + r.Address, 20), ("k|" + r.Account, 3)],
            "otp" => [("a|" + r.Address, 10), ("k|" + r.Account, 2)],
            _ => [("a|" + r.Address, 120), ("u|" + r.Address + "|" + r.UserAgent, 60)],
        };
        var seconds = r.Policy switch { "login" => 600, "otp" => 900, _ => 60 };
        if (r.Account is null) rules.RemoveAll(x => x.Name.StartsWith('k'));
        long rest = 0;
        foreach (var (name, cap) in rules)
        {
            var key = r.Policy + "|" + name;
            if (!_local.TryGetValue(key, out var window) || now >= window.Start + seconds) window = (now, 0);
            _local[key] = window = (window.Start, window.Count + 1);
            if (window.Count > cap) rest = Math.Max(rest, window.Start + seconds - now);
        }
        if (rest == 0) return new("ALLOW", 0, 0, mode, false, "");
        return new("HARD_BLOCK", 2, On("degradedCountsChecksOnly") ? rest : 60, mode, false, "local_cap");
    }

    private sealed class Key
    {
        public bool Scored { get; set; }
        public long Score { get; set; }
        public long At { get; set; }
        public bool Slow { get; set; }
        public bool OnlyForeign { get; set; } = true;
        public int Level { get; set; }
        public long Until { get; set; }
        public int SparingLevel { get; set; }
        public long SparingUntil { get; set; }
        public List<long> Cycles { get; } = [];
        public List<long> Pauses { get; } = [];
    }

    private sealed class Breaker
    {
        public string State { get; set; } = "closed";
        public long Since { get; set; }
        public long ClosedUntil { get; set; }
        public List<long> Failures { get; } = [];
        public List<long> Reentries { get; } = [];
    }
}
