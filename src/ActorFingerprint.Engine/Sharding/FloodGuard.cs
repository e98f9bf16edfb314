namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// How many new persistent devices each run may still make on this shard in the current window of frame time (design §4). A frame from the
/// window before counts in the current one; one from further back begins its own, as files may be read in any order. Part of the shard row,
/// so a restart forgets nothing. Pure bookkeeping: time is the observation's.
/// </summary>
internal sealed class FloodGuard(int quotaPerWindow, long windowTicks)
{
    private readonly Dictionary<string, FloodQuota> _quotas = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    /// <summary>Takes one place; false when the window's quota is used up.</summary>
    public bool TryAdmit(string run, long atTicks)
    {
        var window = atTicks - atTicks % windowTicks;
        var quota = _quotas.GetValueOrDefault(run);
        if (quota.Run is null || window > quota.WindowStartTicks || window < quota.WindowStartTicks - windowTicks) quota = new FloodQuota(run, window, 0);
        if (quota.Used >= quotaPerWindow) return false;
        _quotas[run] = quota with { Used = quota.Used + 1 };
        _changed.Add(run);
        return true;
    }

    /// <summary>Takes over stored quotas.</summary>
    public void Restore(IEnumerable<FloodQuota> quotas)
    {
        foreach (var quota in quotas) _quotas[quota.Run] = quota;
    }

    /// <summary>Quotas changed since the last call, by run.</summary>
    public IReadOnlyList<FloodQuota> TakeChanged()
    {
        if (_changed.Count == 0) return [];
        FloodQuota[] changed = [.. _changed.Order(StringComparer.Ordinal).Select(run => _quotas[run])];
        _changed.Clear();
        return changed;
    }

    /// <summary>Forgets the quotas of runs that are not kept: the number of runs over the years is not bounded.</summary>
    public void Keep(Predicate<string> isKept)
    {
        foreach (var run in _quotas.Keys.Where(run => !isKept(run)).ToArray()) _quotas.Remove(run);
    }

    /// <summary>All quotas, for the shard snapshot.</summary>
    public IReadOnlyList<FloodQuota> All => [.. _quotas.Values.OrderBy(q => q.Run, StringComparer.Ordinal)];
}
