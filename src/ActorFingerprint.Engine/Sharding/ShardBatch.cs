using ActorFingerprint.Engine.Runs;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>What one run tells one shard at once: observations and router notices, or one event of the run itself.</summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Number">Its number among the run's batches to this shard, from 1, without gaps: what makes its effect happen once.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Envelopes">In the order of the capture. Empty beside a report, and when an erasure took them all away.</param>
public sealed record ShardBatch(string Run, long Number, int Shard, IReadOnlyList<ShardEnvelope> Envelopes)
{
    /// <summary>
    /// An event of the run's life for the journal that the read side follows, when that is not the one in which the run's log is kept; else null.
    /// </summary>
    public RunReport? Report { get; init; }

    /// <summary>
    /// Names a second try of a batch that was set aside: it is applied once for each name, whatever its number, and moves no watermark of the
    /// run. Null for a batch on its way.
    /// </summary>
    public string? RetryId { get; init; }
}

/// <summary>An event of a run for a journal elsewhere.</summary>
/// <param name="Source">Name of the source, which names the run log.</param>
/// <param name="Event">The event; never <see cref="RunEvent.Progressed"/>, which serves the run's own restart alone.</param>
public sealed record RunReport(string Source, RunEvent Event);
