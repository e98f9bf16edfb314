namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>What the cache holds and how it was used since it was cleared last.</summary>
/// <param name="Answers">Answers about devices that have not expired.</param>
/// <param name="Negative">How many of them say that the API knows nothing.</param>
/// <param name="Common">Answers about DHCP lists, the seed included.</param>
/// <param name="Hits">Questions that were answered.</param>
/// <param name="Misses">Questions that were not.</param>
/// <param name="Stored">Answers kept.</param>
/// <param name="Expired">Answers that were removed at their time.</param>
/// <param name="Corrupt">Rows that were dropped because their checksum was wrong.</param>
/// <param name="LastSyncTicks">When all devices were gone through last, UTC ticks; 0 for never.</param>
public sealed record FingerbankStatistics(
    long Answers, long Negative, long Common, long Hits, long Misses, long Stored, long Expired, long Corrupt, long LastSyncTicks)
{
    /// <summary>When the oldest answer that has not expired was fetched, UTC ticks; 0 without any, the seed left out.</summary>
    public long OldestFetchTicks { get; init; }

    /// <summary>Share of questions that were answered, 0..1; 0 before the first.</summary>
    public double HitRate => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);
}
