using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// What the limiter did, for event streams: no key, no address, no account. Live only, so it has no place in the journal.
/// </summary>
/// <param name="At">When it was told.</param>
/// <param name="Policy">Name of the policy.</param>
public abstract record LimiterNotice(DateTimeOffset At, string Policy)
{
    /// <summary>The name on an event stream.</summary>
    public abstract string Topic { get; }

    /// <summary>Blocks of one kind that were raised within the last second.</summary>
    public sealed record BlocksRaised(DateTimeOffset At, RaisedBlocks Blocks) : LimiterNotice(At, Blocks.Policy)
    {
        /// <inheritdoc />
        public override string Topic => "limiter-block";
    }

    /// <summary>The policy's breaker changed.</summary>
    public sealed record BreakerChanged(DateTimeOffset At, string Policy, LimitSignals Transition) : LimiterNotice(At, Policy)
    {
        /// <inheritdoc />
        public override string Topic => "limiter-breaker";

        /// <summary><c>opened</c>, <c>recovered</c> or <c>reentry_violation</c>.</summary>
        public string Name => Transition switch
        {
            LimitSignals.BreakerOpened => "opened",
            LimitSignals.BreakerRecovered => "recovered",
            _ => "reentry_violation",
        };
    }
}
