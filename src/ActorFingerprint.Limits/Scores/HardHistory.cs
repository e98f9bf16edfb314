using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// A key's hard-block cycles and decay pauses (AF-1 §8.2, §9.2). A cycle is the step from "no active hard block" to "active"; a refresh is
/// none. The ladder asks for at most four of the last 6 h, so four times are kept; a pause that is over is kept as the seconds it took. A
/// field of its owner; mutable, so never copied but to be read.
/// </summary>
public struct HardHistory
{
    /// <summary>Cycles count for 6 h, inclusive.</summary>
    public const int CycleSeconds = 21_600;

    /// <summary>A pause of decay lasts 600 s.</summary>
    public const int PauseSeconds = 600;

    private UnixSecond _first, _second, _third, _fourth, _pausedFrom, _pausedBefore;

    /// <summary>Unix second at which the latest pause began; 0 for none.</summary>
    public readonly long PausedFrom => _pausedFrom;

    /// <summary>Seconds since the score's last mutation that earlier pauses took.</summary>
    public readonly long PausedBefore => _pausedBefore;

    internal readonly long ExpiresAt => Math.Max(_first == 0 ? 0 : _first + CycleSeconds + 1, PausedFrom == 0 ? 0 : PausedFrom + PauseSeconds);

    /// <summary>Cycles within the last 6 h: exact up to 4.</summary>
    public readonly int CyclesAt(long now) => Recent(_first, now) + Recent(_second, now) + Recent(_third, now) + Recent(_fourth, now);

    /// <summary>Whether decay is paused.</summary>
    public readonly bool IsPausedAt(long now) => PausedFrom > 0 && now < PausedFrom + PauseSeconds;

    /// <summary>Seconds of <paramref name="since"/> to <paramref name="now"/> during which decay was paused.</summary>
    public readonly long PausedSeconds(long since, long now) => PausedBefore + Overlap(since, now);

    internal readonly long Overlap(long since, long now) =>
        PausedFrom == 0 ? 0 : Math.Max(0, Math.Min(now, PausedFrom + PauseSeconds) - Math.Max(since, PausedFrom));

    internal void AddCycle(long at) => (_first, _second, _third, _fourth) = (at, _first, _second, _third);

    internal void Pause(long from, long before) => (_pausedFrom, _pausedBefore) = (from, before);

    internal void ForgetPausesBefore() => _pausedBefore = 0;

    internal readonly void AddFacts(KeyRef key, long scoredAt, long now, List<LimiterEvent> facts)
    {
        foreach (var at in (ReadOnlySpan<long>)[_fourth, _third, _second, _first])
            if (Recent(at, now) > 0) facts.Add(new LimiterEvent.HardCycled(at, key));
        var before = scoredAt < now ? PausedBefore : 0;
        if (before > 0 || (PausedFrom > 0 && PausedFrom + PauseSeconds > scoredAt))
            facts.Add(new LimiterEvent.DecayPaused(PausedFrom, key, before));
    }

    private static int Recent(long at, long now) => at > 0 && now - at <= CycleSeconds ? 1 : 0;
}
