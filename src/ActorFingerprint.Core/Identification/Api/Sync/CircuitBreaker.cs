namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>
/// Whether the API may be asked, by how it answered: closed, open until a time, then half open for one question. Single faults are let
/// pass; <see cref="FaultsToOpen"/> in a row, or an answer that says stop, open it, for twice as long each time up to a bound.
/// </summary>
/// <param name="Faults">Faults since the last answer.</param>
/// <param name="Openings">Times it was opened since the last answer.</param>
/// <param name="OpenUntilTicks">When it becomes half open, UTC ticks; 0 when it is closed.</param>
/// <param name="Cause">What opened it last.</param>
public sealed record CircuitBreaker(int Faults, int Openings, long OpenUntilTicks, InterrogationOutcome Cause)
{
    /// <summary>Faults in a row that open it.</summary>
    public const int FaultsToOpen = 5;

    /// <summary>Longest wait that a server can ask for; what it asks beyond is taken for this.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>All is well.</summary>
    public static CircuitBreaker Closed { get; } = new(0, 0, 0, InterrogationOutcome.Found);

    /// <summary>True when nothing is held back.</summary>
    public bool IsClosed => OpenUntilTicks == 0;

    /// <summary>True when nothing may be asked.</summary>
    public bool IsOpen(long atTicks) => atTicks < OpenUntilTicks;

    /// <summary>The state after a question.</summary>
    public CircuitBreaker After(InterrogationResult result, long atTicks)
    {
        if (result.IsAnswer) return Closed;
        var faults = Faults + 1;
        var wait = WaitOf(result, faults);
        return wait is null
            ? this with { Faults = faults }
            : new CircuitBreaker(faults, Math.Min(Openings + 1, 16), atTicks + wait.Value.Ticks, result.Outcome);
    }

    /// <summary>The network is there again: what failed for want of it may be tried at once.</summary>
    public CircuitBreaker AfterNetworkBack(long atTicks) =>
        Cause is InterrogationOutcome.Unreachable or InterrogationOutcome.TimedOut && IsOpen(atTicks) ? this with { OpenUntilTicks = atTicks } : this;

    private TimeSpan? WaitOf(InterrogationResult result, int faults) => result.Outcome switch
    {
        InterrogationOutcome.KeyRefused => LongestWait,
        InterrogationOutcome.Blocked or InterrogationOutcome.LimitReached => Asked(result) ?? Doubled(TimeSpan.FromHours(1), LongestWait),
        _ when result.RetryAfter is not null => Asked(result),
        _ when faults >= FaultsToOpen || Openings > 0 => Doubled(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)),
        _ => null,
    };

    private static TimeSpan? Asked(InterrogationResult result) => result.RetryAfter is { } wait
        ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, TimeSpan.TicksPerSecond, LongestWait.Ticks)) : null;

    private TimeSpan Doubled(TimeSpan first, TimeSpan most) => TimeSpan.FromTicks(Math.Min(first.Ticks << Math.Min(Openings, 10), most.Ticks));
}
