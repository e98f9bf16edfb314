namespace ActorFingerprint.Tests.Limits.Model;

/// <summary>§4.2, §6, §9 and §12 of the model.</summary>
internal sealed partial class NaiveLimiter
{
    private (int Count, bool New, bool Refused) Observe(string name, string member, long now, long ttl, int cap)
    {
        if (!_windows.TryGetValue(name, out var window) || now >= window.Start + ttl) _windows[name] = window = new Window(now);
        if (window.Members.Contains(member)) return (window.Members.Count, false, false);
        if (window.Members.Count >= cap) return (window.Members.Count, false, true);
        window.Members.Add(member);
        return (window.Members.Count, true, false);
    }

    private bool Watch(string name, long now)
    {
        if (!_watches.TryGetValue(name, out var watch) || now >= watch.First + 1800) watch = (0, now);
        _watches[name] = watch = (watch.Count + 1, watch.First);
        return watch.Count >= 2;
    }

    private bool Reached(string name, string member, long now, int threshold)
    {
        var (count, _, _) = Observe(name, member, now, 600, threshold);
        return count >= threshold || (count == threshold - 1 && Watch(name, now));
    }

    private List<string> ActiveMacroScopes(NaiveRequest r, long now)
    {
        var active = new List<string>();
        var spraySubject = r.Policy != "api_heavy" && r.Command == "check" && (r.Correlation ?? r.Account) is not null;
        if (r.Slash48 is null || (!spraySubject && r.Fingerprint is null)) return active;
        var p = r.Policy + "|macro|";
        var on48 = Observe(p + r.Slash48, r.Address, now, 600, 2).Count >= 2;
        if (on48) active.Add(r.Slash48);
        var on40 = on48 ? Observe(p + r.Slash40, r.Slash48, now, 600, 4).Count >= 4 : Size(p + r.Slash40, now) >= 4;
        if (on40) active.Add(r.Slash40!);
        var on32 = on40 ? Observe(p + r.Slash32, r.Slash40!, now, 600, 8).Count >= 8 : Size(p + r.Slash32, now) >= 8;
        if (on32) active.Add(r.Slash32!);
        return On("macroTelemetryOnly") ? [] : active;
    }

    private int Size(string name, long now) =>
        _windows.TryGetValue(name, out var window) && now < window.Start + 600 ? window.Members.Count : 0;

    private void DistributedAccount(NaiveRequest r, long now, bool ephemeral, string k4, string k5, List<Candidate> found)
    {
        var name = k4 + "|devices";
        if (!Reached(name, r.Fingerprint!, now, 4)) return;
        found.Add(new(true, 2, 60, "distributed_account", ephemeral ? null : k5));
        var window = _windows[name];
        if (window.Qualified) return;
        window.Qualified = true;
        foreach (var other in window.Members.Where(m => m != r.Fingerprint))
            found.Add(new(true, 2, 60, "distributed_account", $"{r.Policy}|K5|{r.Account}|{other}"));
        if (!_epochs.TryGetValue(name, out var seen) || now >= seen.First + 86400) seen = (0, now);
        _epochs[name] = seen = (seen.Count + 1, seen.First);
        if (seen.Count == 3)
        {
            var spares = On("distributedNeedsFailure");
            found.Add(new(true, 4, 1800, "distributed_account", k4, Applies: !(spares && r.Trusted), Spares: spares));
        }
    }

    private void Dilution(NaiveRequest r, long now, string p, string k2, string k3, List<Candidate> found)
    {
        var name = $"{p}dilution|{r.Fingerprint}";
        if (!Reached(name, r.Address, now, 6)) return;
        if (r.Confidence == "LOW")
        {
            found.Add(new(true, 2, 60, "dilution", k2));
            return;
        }
        _times[$"{name}|{now / 600}"] = now;
        if (_times.ContainsKey($"{name}|{now / 600 - 1}")) found.Add(new(true, 2, 60, "dilution", k3));
    }

    private void Spray(NaiveRequest r, long now, string p, string scope, string subject, string k1, List<Candidate> found)
    {
        var name = $"{p}spray|{scope}";
        if (On("sprayNeedsFailure"))
        {
            var (count, grew, _) = Observe(name, subject, now, 600, 5);
            if (!grew || !(count == 5 || (count == 4 && Watch(name, now)))) return;
        }
        else if (!Reached(name, subject, now, 5)) return;
        found.Add(new(true, 2, 60, "credential_spray", k1, Applies: !r.Trusted));
    }

    private void ApiScores(NaiveRequest r, long now, bool ephemeral, string k1, string k2, string? k3, List<Candidate> found)
    {
        Tier(k2, 120, false, 1, 15, k2);
        if (k3 is not null && !ephemeral) Tier(k3, 300, true, 2, 60, r.Confidence == "LOW" ? k2 : k3);
        Tier(k1, 600, true, 3, 300, k1);

        void Tier(string name, int limit, bool hard, int level, int seconds, string target)
        {
            var key = Get(name);
            var leaked = key.Scored && now < key.At + 86400 ? Math.Max(0, key.Score - (now - key.At) * limit / 60) : 0;
            var score = leaked + r.Cost;
            if (On("apiScoreCap")) score = Math.Min(score, 2L * limit);
            (key.Scored, key.Score, key.At) = (true, score, now);
            if (score >= limit || (score == limit - 1 && Watch(name, now))) found.Add(new(hard, level, seconds, "score", target));
        }
    }

    /// <summary>§6.1, §6.2, §10.1, §10.6 and §10.7; true when the recovery guard suppresses the budget.</summary>
    private bool FailureScores(
        NaiveRequest r, long now, bool ephemeral, bool known, bool otp, string k2, string? k4, string? k5, List<Candidate> found)
    {
        var counted = false;
        if (r.Fingerprint is null)
        {
            Add(k2, otp ? 6 : 4, now, false);
            if (k4 is not null)
            {
                var points = otp ? 5 : 3;
                if (_times.TryGetValue(k4 + "|missing", out var last) && now - last <= 1800) points += otp ? 8 : 6;
                _times[k4 + "|missing"] = now;
                K4(points);
                counted = true;
            }
        }
        else
        {
            if (k4 is not null) _times.Remove(k4 + "|missing");
            if (known && k5 is not null)
            {
                Add(k5, otp ? 4 : 2, now, true);
                counted = otp || Count(k5 + "|micro", now) > 8;
            }
            else if (!known && k4 is not null)
            {
                K4(otp ? 5 : 3);
                counted = true;
            }
        }
        if (k4 is null) return false;
        var total = counted ? Count(k4 + "|budget", now) : 0;
        var recovery = otp && counted && total == 10 && (r.Confidence == "HIGH" || known);
        if (recovery) found.Add(new(false, 2, 60, "recovery_guard", null));
        if (_softFailures.TryGetValue(k4, out var softs) && softs.Count(t => now - t <= 21600) >= 3)
            found.Add(new(true, 2, 60, "anti_equilibrium", k4, Spares: On("foreignFailuresSpareTrusted") && Get(k4).OnlyForeign && !known));
        return recovery;

        void K4(int points)
        {
            var score = Add(k4!, points, now, known);
            var levels = _k4Thresholds[r.Policy];
            var reached = 0;
            for (var i = 1; i <= 3; i++)
                if (score >= levels[i - 1]) reached = i;
            for (var i = 3; i >= 1; i--)
                if (score == levels[i - 1] - 1 && !(i < 3 && levels[i] == levels[i - 1]) && Watch($"{k4}|watch{i}", now))
                    reached = Math.Max(reached, i);
            if (reached == 0) return;
            var level = reached;
            if (reached == 3)
                level = Math.Min(4, 3 + Math.Max(0, Get(k4!).Cycles.Count(c => now - c <= 21600) - 1));
            found.Add(new(level >= 2, level, Ladder[level], "score", k4,
                Spares: On("foreignFailuresSpareTrusted") && Get(k4!).OnlyForeign));
        }
    }

    private long Add(string name, int points, long now, bool known)
    {
        var key = Get(name);
        var interval = name.Contains("|K4|") ? 600 : name.Contains("|K5|") || name.Contains("|K3|") ? 300 : 180;
        long score = 0;
        if (key.Scored && now < key.At + 86400)
        {
            var paused = key.Pauses.Sum(p => Math.Max(0, Math.Min(now, p + 600) - Math.Max(key.At, p)));
            score = Math.Max(0, key.Score - (now - key.At - paused) / (key.Slow ? 2 * interval : interval));
        }
        if (score == 0) (key.Slow, key.OnlyForeign) = (false, true);
        if (known) key.OnlyForeign = false;
        (key.Scored, key.Score, key.At) = (true, score + points, now);
        return key.Score;
    }

    private int Count(string name, long now)
    {
        if (!_epochs.TryGetValue(name, out var epoch) || now >= epoch.First + 86400) epoch = (0, now);
        _epochs[name] = epoch = (epoch.Count + 1, epoch.First);
        return epoch.Count;
    }

    private int EpochCount(string name, long now) =>
        _epochs.TryGetValue(name, out var epoch) && now < epoch.First + 86400 ? epoch.Count : 0;

    private sealed record Candidate(
        bool Hard, int Level, long Seconds, string Reason, string? Key, bool Applies = true, bool Spares = false);

    private sealed class Window(long start)
    {
        public long Start { get; } = start;
        public HashSet<string> Members { get; } = [];
        public bool Qualified { get; set; }
    }
}
