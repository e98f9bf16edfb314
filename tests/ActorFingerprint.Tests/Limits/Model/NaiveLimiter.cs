namespace ActorFingerprint.Tests.Limits.Model;

/// <summary>One request as the model sees it: every part is plain text.</summary>
internal sealed record NaiveRequest(
    string Command, string Policy, string Address, string? Slash48, string? Slash40, string? Slash32, string UserAgent,
    string? Account, string? Correlation, long Cost, string? Fingerprint, string Confidence, bool Trusted, bool Verified);

/// <summary>What the model answers.</summary>
internal sealed record NaiveAnswer(string Decision, int Level, long RetryAfter, string Mode, bool Ephemeral, string Reasons);

/// <summary>
/// AF-1 a second time, written from its text alone: one class, dictionaries of strings, nothing bounded, nothing shared with the product.
/// Rotation changes nothing it can see (§5.2: every state survives), so it only says whether one is taken.
/// </summary>
internal sealed partial class NaiveLimiter
{
    private static readonly int[] Ladder = [0, 15, 60, 300, 1800, 21600, 86400];

    private readonly Dictionary<string, Key> _keys = [];
    private readonly Dictionary<string, Window> _windows = [];
    private readonly Dictionary<string, (int Count, long First)> _watches = [];
    private readonly Dictionary<string, long> _times = [];
    private readonly Dictionary<string, (int Count, long First)> _epochs = [];
    private readonly Dictionary<string, List<long>> _softFailures = [];
    private readonly Dictionary<string, int[]> _k4Thresholds = new() { ["login"] = [5, 8, 12], ["otp"] = [4, 7, 10] };
    private readonly HashSet<string> _switches;
    private long? _rotatedAt;

    public NaiveLimiter(params IEnumerable<string> switches) => _switches = [.. switches];

    public bool StoreUp { get; set; } = true;

    public void OverrideThresholds(string policy, int[] levels) => _k4Thresholds[policy] = levels;

    public bool Rotate(long now)
    {
        if (_rotatedAt is { } at && now - at < 86400) return false;
        _rotatedAt = now;
        return true;
    }

    public NaiveAnswer Decide(NaiveRequest request, long now) => Guard(request, now) ?? Evaluate(request, now);

    private NaiveAnswer Evaluate(NaiveRequest r, long now)
    {
        var api = r.Policy == "api_heavy";
        var otp = r.Policy == "otp";
        var known = r.Trusted || r.Verified;
        var p = r.Policy + "|";
        var k1 = p + "K1|" + r.Address;
        var k2 = p + "K2|" + r.Address + "|" + r.UserAgent;
        var k3 = r.Fingerprint is null ? null : p + "K3|" + r.Address + "|" + r.Fingerprint;
        var k4 = r.Account is null ? null : p + "K4|" + r.Account;
        var k5 = r.Account is null || r.Fingerprint is null ? null : p + "K5|" + r.Account + "|" + r.Fingerprint;

        // 7.1
        List<string?> consulted = api ? [k1, k2, k3] : [k4, k5, k2, k3, k1];
        if (!api && r.Trusted) consulted.Remove(k1);
        if (!api && r.Trusted && On("trustedSkipsK2")) consulted.Remove(k2);
        var hits = consulted.OfType<string>().Select(k => ActiveBlock(k, now, r.Trusted)).Where(b => b.Level >= 2).ToList();
        if (hits.Count > 0)
            return new("HARD_BLOCK", hits.Max(b => b.Level), hits.Max(b => b.Until - now), "NORMAL", false, "active_block");

        // 7.2
        if (r.Command == "success") return new("ALLOW", 0, 0, "NORMAL", false, "");

        var found = new List<Candidate>();

        // 7.3
        var (accountCount, accountNew, accountRefused) = (0, false, false);
        var ephemeral = false;
        if (r.Fingerprint is not null && !known)
        {
            if (r.Account is not null)
                (accountCount, accountNew, accountRefused) = Observe($"{p}cap|{r.Account}|{r.Address}", r.Fingerprint, now, 900, 10);
            var (_, _, addressRefused) = Observe($"{p}cap|{r.Address}", r.Fingerprint, now, 900, 50);
            ephemeral = accountRefused || addressRefused;
        }

        // 7.4
        if (r.Command is "check" or "access" && (api ? k2 : k4) is { } softKey && ActiveBlock(softKey, now, r.Trusted) is { Level: 1 } soft)
            found.Add(new(false, 1, soft.Until - now, "active_soft", null));

        // 7.5
        var macros = ActiveMacroScopes(r, now);
        if (!api && r.Command == (On("distributedNeedsFailure") ? "failure" : "check") && r.Fingerprint is not null
            && r.Account is not null)
            DistributedAccount(r, now, ephemeral, k4!, k5!, found);
        if (r.Fingerprint is not null && !known && (!On("churnUnverifiedFailures") || r.Command == "failure"))
        {
            var limit = On("churnUnverifiedFailures") ? 8 : 3;
            foreach (var scope in macros.Prepend(r.Address))
                if (Reached($"{p}churn|{scope}|{r.UserAgent}", r.Fingerprint, now, limit))
                    found.Add(new(true, 2, 60, "churn", k2));
        }
        if (r.Fingerprint is not null && !known && !ephemeral) Dilution(r, now, p, k2, k3!, found);
        if (!api && r.Command == (On("sprayNeedsFailure") ? "failure" : "check") && (r.Correlation ?? r.Account) is { } subject)
            foreach (var scope in macros.Prepend(r.Address))
                Spray(r, now, p, scope, subject, k1, found);
        if (!api && r.Fingerprint is not null && r.Account is not null && !known && accountCount >= 6 && (accountNew || accountRefused))
        {
            var stage = $"{p}stage|{r.Account}|{r.Address}";
            if (_times.TryGetValue(stage, out var staged) && now < staged + 900)
                found.Add(new(true, 2, 60, "flood", ephemeral ? null : k5));
            else
            {
                _times[stage] = now;
                found.Add(new(false, 1, 15, "flood", k4));
            }
        }

        // 7.6, 7.7
        var recovery = false;
        if (api && r.Command == "access") ApiScores(r, now, ephemeral, k1, k2, k3, found);
        if (!api && r.Command == "failure") recovery = FailureScores(r, now, ephemeral, known, otp, k2, k4, k5, found);

        // 7.8
        if (k4 is not null && !api && !recovery && found.TrueForAll(c => !c.Hard || !c.Applies))
        {
            var (threshold, level, cooldown) = otp ? (10, 4, 7200) : (20, 3, 3600);
            var eligible = r.Command == "failure" || (r.Command == "check" && !otp && found.TrueForAll(c => !c.Applies));
            if (eligible && EpochCount(k4 + "|budget", now) >= threshold
                && !(_times.TryGetValue(k4 + "|cooldown", out var since) && now < since + cooldown))
            {
                _times[k4 + "|cooldown"] = now;
                found.Add(new(false, r.Trusted ? level - 1 : level, cooldown, "budget", null));
            }
        }

        // 7.9, 11
        var applied = found.Where(c => c.Applies).ToList();
        var hard = applied.Exists(c => c.Hard);
        foreach (var c in found)
            if (c.Key is not null && (api || !c.Applies || c.Hard == hard))
                Publish(c.Key, c.Level, now + c.Seconds, now, api, c.Spares);
        var winners = applied.Where(c => c.Hard == hard).ToList();
        if (winners.Count == 0) return new("ALLOW", 0, 0, "NORMAL", ephemeral, "");
        if (!hard && r.Command == "failure" && k4 is not null && !api)
        {
            if (!_softFailures.TryGetValue(k4, out var list)) _softFailures[k4] = list = [];
            list.Add(now);
        }
        return new(hard ? "HARD_BLOCK" : "SOFT_BLOCK", winners.Max(c => c.Level), winners.Max(c => c.Seconds), "NORMAL", ephemeral,
            string.Join(",", winners.Select(c => c.Reason).Distinct().Order(StringComparer.Ordinal)));
    }

    private bool On(string name) => _switches.Contains(name);
}
