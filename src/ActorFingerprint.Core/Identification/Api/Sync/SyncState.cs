using System.Collections.Immutable;

namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>What is asked first.</summary>
public enum SyncPriority
{
    /// <summary>Somebody waits for the answer.</summary>
    Asked,

    /// <summary>A device without an answer.</summary>
    New,

    /// <summary>An answer that expires within a day, or is about older signals.</summary>
    Stale,

    /// <summary>An entry of the seed.</summary>
    Preload,
}

/// <summary>Why everything that lacks an answer is gathered.</summary>
public enum SyncTrigger
{
    /// <summary>The node started, and the last time is over a day ago.</summary>
    Start,

    /// <summary>The network is there again.</summary>
    NetworkBack,

    /// <summary>An answer expires within a day.</summary>
    Expiry,
}

/// <summary>A question that waits.</summary>
/// <param name="Priority">Its class.</param>
/// <param name="Number">Its place within the class.</param>
/// <param name="Question">What to ask.</param>
/// <param name="Attempts">How often it was asked without an answer.</param>
public sealed record SyncItem(SyncPriority Priority, long Number, ApiQuestion Question, int Attempts)
{
    /// <summary>Most wanted first.</summary>
    public static IComparer<SyncItem> MostWantedFirst { get; } =
        Comparer<SyncItem>.Create((a, b) => (a.Priority, a.Number).CompareTo((b.Priority, b.Number)));
}

/// <summary>Whether the machine should work on this now.</summary>
/// <param name="IsOnline">There is a network.</param>
/// <param name="Strain">Why it should rest (<c>on battery</c>, <c>too warm</c>); null when it need not.</param>
public sealed record SyncConditions(bool IsOnline, string? Strain)
{
    /// <summary>Nothing holds it back.</summary>
    public static SyncConditions Good { get; } = new(true, null);
}

/// <summary>What the background sync knows.</summary>
public sealed record SyncState
{
    /// <summary>Limits in force.</summary>
    public QuotaLimits Limits { get; init; } = QuotaLimits.Default;

    /// <summary>What waits, first what is asked next.</summary>
    public ImmutableSortedSet<SyncItem> Queue { get; init; } = ImmutableSortedSet.Create(SyncItem.MostWantedFirst);

    /// <summary>The same by question.</summary>
    public ImmutableDictionary<ApiQuestion, SyncItem> Waiting { get; init; } = ImmutableDictionary<ApiQuestion, SyncItem>.Empty;

    /// <summary>What is being asked.</summary>
    public ImmutableList<SyncItem> InFlight { get; init; } = [];

    /// <summary>Requests made.</summary>
    public RequestQuota Quota { get; init; } = RequestQuota.Unused;

    /// <summary>How the API answered.</summary>
    public CircuitBreaker Breaker { get; init; } = CircuitBreaker.Closed;

    /// <summary>The machine's state.</summary>
    public SyncConditions Conditions { get; init; } = SyncConditions.Good;

    /// <summary>When everything was gathered last, UTC ticks; 0 for never.</summary>
    public long LastSyncTicks { get; init; }

    /// <summary>Before this time no batch is sent, UTC ticks.</summary>
    public long NotBeforeTicks { get; init; }

    /// <summary>Number of the next item.</summary>
    public long NextNumber { get; init; } = 1;
}
