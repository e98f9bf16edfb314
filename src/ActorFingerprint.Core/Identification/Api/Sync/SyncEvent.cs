namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>What the background sync decided.</summary>
public abstract record SyncEvent(long AtTicks)
{
    /// <summary>It works with what was kept.</summary>
    public sealed record Started(long AtTicks, QuotaLimits Limits, RequestQuota Quota, long LastSyncTicks) : SyncEvent(AtTicks);

    /// <summary>Everything that lacks an answer is to be gathered and enqueued.</summary>
    public sealed record Gathering(long AtTicks, SyncTrigger Trigger) : SyncEvent(AtTicks);

    /// <summary>A question waits now, or waits further ahead.</summary>
    public sealed record Enqueued(long AtTicks, SyncItem Item) : SyncEvent(AtTicks);

    /// <summary>A question waits no more and will not be asked: the queue was full, it failed too often, its device was erased.</summary>
    public sealed record Dropped(long AtTicks, SyncItem Item) : SyncEvent(AtTicks);

    /// <summary>The machine's state changed.</summary>
    public sealed record ConditionsChanged(long AtTicks, SyncConditions Conditions) : SyncEvent(AtTicks);

    /// <summary>These are to be asked now, one after the other. They count against the limits from here on.</summary>
    public sealed record BatchTaken(long AtTicks, IReadOnlyList<SyncItem> Items) : SyncEvent(AtTicks);

    /// <summary>A question of the batch has its end.</summary>
    public sealed record Settled(long AtTicks, SyncItem Item, InterrogationResult Result) : SyncEvent(AtTicks);

    /// <summary>A question of the batch waits again.</summary>
    public sealed record Returned(long AtTicks, SyncItem Item) : SyncEvent(AtTicks);

    /// <summary>The circuit is in another state.</summary>
    public sealed record CircuitChanged(long AtTicks, CircuitBreaker Breaker) : SyncEvent(AtTicks);

    /// <summary>The batch is over.</summary>
    public sealed record BatchClosed(long AtTicks) : SyncEvent(AtTicks);
}
