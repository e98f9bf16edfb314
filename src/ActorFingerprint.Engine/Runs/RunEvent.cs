using System.Text.Json.Serialization;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Engine.Runs;

/// <summary>The life of a run, under persistence id <c>run-ID</c>. Times are frame times (UTC ticks); 0 before the first frame.</summary>
public abstract record RunEvent(
    [property: JsonPropertyOrder(-2)] string Run, [property: JsonPropertyName("at"), JsonPropertyOrder(-1)] long AtTicks)
{
    /// <summary>
    /// A new scan or live start. A resume continues the run and writes no second one. <paramref name="Beginning"/> is what its reading begins
    /// with where that may be gone later (<see cref="ICaptureSource.Beginning"/>).
    /// </summary>
    public sealed record Started(string Run, long AtTicks, string Source, int MinPackets, string? Beginning = null) : RunEvent(Run, AtTicks);

    /// <summary>
    /// Every observation up to frame <paramref name="Frames"/> is applied on every shard. A resume reads from <paramref name="Resume"/>, so as to
    /// see all that the stream remembers, and drops what it makes of the frames up to <paramref name="Frames"/>.
    /// <paramref name="AtTicks"/> is the stream time before the resume position.
    /// </summary>
    public sealed record Progressed(string Run, long AtTicks, SourcePosition Resume, string RouterState, long Frames, long Observations)
        : RunEvent(Run, AtTicks);

    /// <summary>A live run has passed a full hour of frame time, and what came before is applied: the read side writes its row.</summary>
    public sealed record Reported(string Run, long AtTicks, long Frames, long Observations) : RunEvent(Run, AtTicks);

    /// <summary>The source ended, or was stopped for good.</summary>
    public sealed record Ended(string Run, long AtTicks, long Frames, long Observations) : RunEvent(Run, AtTicks);
}

/// <summary>Stored type tags of <see cref="RunEvent"/>.</summary>
public static class RunManifests
{
    /// <summary><see cref="RunEvent.Started"/>.</summary>
    public const string Started = "run.started.v1";
    /// <summary><see cref="RunEvent.Progressed"/>.</summary>
    public const string Progressed = "run.progressed.v1";
    /// <summary><see cref="RunEvent.Reported"/>.</summary>
    public const string Reported = "run.reported.v1";
    /// <summary><see cref="RunEvent.Ended"/>.</summary>
    public const string Ended = "run.ended.v1";
}
