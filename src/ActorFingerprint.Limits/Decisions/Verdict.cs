namespace ActorFingerprint.Limits.Decisions;

/// <summary>
/// Gathers candidates (AF-1 §11): class first, then within the winning class the highest level and the longest retry-after, independently.
/// A losing class contributes nothing, not even its reasons.
/// </summary>
public struct Verdict
{
    private Side _hard;
    private Side _soft;

    /// <summary>Whether a hard candidate is there.</summary>
    public readonly bool HasHard => _hard.Level > 0;

    /// <summary>Whether any candidate is there.</summary>
    public readonly bool HasAny => _hard.Level > 0 || _soft.Level > 0;

    /// <summary>The hard candidates together; level 0 for none.</summary>
    public readonly (int Level, long Seconds, LimitReasons Reasons) HardSide => (_hard.Level, _hard.Seconds, _hard.Reasons);

    /// <summary>The soft candidates together; level 0 for none.</summary>
    public readonly (int Level, long Seconds, LimitReasons Reasons) SoftSide => (_soft.Level, _soft.Seconds, _soft.Reasons);

    /// <summary>The winning class.</summary>
    public readonly LimitDecision Decision =>
        _hard.Level > 0 ? LimitDecision.HardBlock : _soft.Level > 0 ? LimitDecision.SoftBlock : LimitDecision.Allow;

    /// <summary>The winning class's highest level.</summary>
    public readonly int Level => Winner.Level;

    /// <summary>The winning class's longest retry-after.</summary>
    public readonly long RetryAfterSeconds => Winner.Seconds;

    /// <summary>The winning class's reasons.</summary>
    public readonly LimitReasons Reasons => Winner.Reasons;

    private readonly Side Winner => _hard.Level > 0 ? _hard : _soft;

    /// <summary>Adds a hard candidate.</summary>
    public void Hard(int level, long seconds, LimitReasons reason) => _hard = _hard.With(level, seconds, reason);

    /// <summary>Adds a soft candidate.</summary>
    public void Soft(int level, long seconds, LimitReasons reason) => _soft = _soft.With(level, seconds, reason);

    /// <summary>Adds a candidate whose class follows from its level.</summary>
    public void Add(int level, LimitReasons reason)
    {
        if (level >= PenaltyLadder.Hard) Hard(level, PenaltyLadder.Seconds(level), reason);
        else if (level > 0) Soft(level, PenaltyLadder.Seconds(level), reason);
    }

    /// <summary>Adds all candidates of another entity.</summary>
    public void Add(in Verdict other)
    {
        if (other._hard.Level > 0) _hard = _hard.With(other._hard.Level, other._hard.Seconds, other._hard.Reasons);
        if (other._soft.Level > 0) _soft = _soft.With(other._soft.Level, other._soft.Seconds, other._soft.Reasons);
    }

    private readonly record struct Side(int Level, long Seconds, LimitReasons Reasons)
    {
        public Side With(int level, long seconds, LimitReasons reason) =>
            new(Math.Max(Level, level), Math.Max(Seconds, seconds), Reasons | reason);
    }
}
