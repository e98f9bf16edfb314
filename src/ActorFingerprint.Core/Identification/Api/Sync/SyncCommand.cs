using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>What the background sync is told; time is UTC ticks.</summary>
public abstract record SyncCommand(long AtTicks)
{
    /// <summary>The node starts with what was kept.</summary>
    public sealed record Start(long AtTicks, QuotaLimits Limits, RequestQuota Quota, long LastSyncTicks) : SyncCommand(AtTicks);

    /// <summary>A question to ask in its turn.</summary>
    public sealed record Enqueue(long AtTicks, ApiQuestion Question, SyncPriority Priority) : SyncCommand(AtTicks);

    /// <summary>Time goes by.</summary>
    /// <param name="AtTicks">Now.</param>
    /// <param name="Conditions">The machine's state.</param>
    /// <param name="EarliestExpiryTicks">When the first answer expires; <see cref="long.MaxValue"/> when there is none.</param>
    public sealed record Tick(long AtTicks, SyncConditions Conditions, long EarliestExpiryTicks) : SyncCommand(AtTicks);

    /// <summary>A question of the batch ended.</summary>
    public sealed record Answered(long AtTicks, ApiQuestion Question, InterrogationResult Result) : SyncCommand(AtTicks);

    /// <summary>A device is erased: nothing about it may be asked or kept any more.</summary>
    public sealed record Forget(long AtTicks, MacAddress Mac) : SyncCommand(AtTicks);

    /// <summary>The batch ended; what of it was not sent waits again.</summary>
    public sealed record BatchEnded(long AtTicks) : SyncCommand(AtTicks);
}
