namespace ActorFingerprint.Engine.Runs;

/// <summary>
/// The runs of one source, folded from its run log. Run ids are <c>NAME#1</c>, <c>NAME#2</c>, …: no randomness, so the same
/// capture gives the same journal.
/// </summary>
/// <param name="Started">Runs started so far.</param>
/// <param name="Open">The run that has started and not ended, or null.</param>
/// <param name="Progress">Its last checkpoint, or null before the first.</param>
public sealed record RunHistory(int Started, RunEvent.Started? Open, RunEvent.Progressed? Progress)
{
    /// <summary>Before the first run.</summary>
    public static RunHistory Empty { get; } = new(0, null, null);

    /// <summary>The history after an event.</summary>
    public RunHistory Evolve(RunEvent @event) => @event switch
    {
        RunEvent.Started started => new RunHistory(Started + 1, started, null),
        RunEvent.Progressed progressed when progressed.Run == Open?.Run => this with { Progress = progressed },
        RunEvent.Ended ended when ended.Run == Open?.Run => new RunHistory(Started, null, null),
        _ => this,
    };
}
