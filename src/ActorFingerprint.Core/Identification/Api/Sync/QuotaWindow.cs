using System.Collections.Immutable;

namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>
/// Counts requests in a sliding window, in buckets: what is counted covers the window and up to one bucket more, so that no window of this
/// length, wherever it starts, ever holds more than the limit.
/// </summary>
public sealed class QuotaWindow
{
    private readonly ImmutableSortedDictionary<long, int> _counts;

    private QuotaWindow(string name, TimeSpan bucket, int buckets, ImmutableSortedDictionary<long, int> counts) =>
        (Name, Bucket, Buckets, _counts) = (name, bucket, buckets, counts);

    /// <summary><c>hour</c>, <c>day</c> or <c>month</c>.</summary>
    public string Name { get; }

    /// <summary>Length of one bucket.</summary>
    public TimeSpan Bucket { get; }

    /// <summary>Buckets that make the window.</summary>
    public int Buckets { get; }

    /// <summary>Requests by the number of their bucket (UTC ticks divided by its length), oldest first.</summary>
    public IEnumerable<KeyValuePair<long, int>> Counts => _counts;

    /// <summary>60 minutes, by the minute.</summary>
    public static QuotaWindow Hour { get; } = new("hour", TimeSpan.FromMinutes(1), 60, ImmutableSortedDictionary<long, int>.Empty);

    /// <summary>24 hours, by quarters of an hour.</summary>
    public static QuotaWindow Day { get; } = new("day", TimeSpan.FromMinutes(15), 96, ImmutableSortedDictionary<long, int>.Empty);

    /// <summary>31 days, by half days.</summary>
    public static QuotaWindow Month { get; } = new("month", TimeSpan.FromHours(12), 62, ImmutableSortedDictionary<long, int>.Empty);

    /// <summary>The window with these counts; those outside it, and those further ahead than it is long (a clock set back), are left out.</summary>
    public QuotaWindow With(IEnumerable<KeyValuePair<long, int>> counts, long atTicks) =>
        new(Name, Bucket, Buckets, counts.Where(c => c.Value > 0 && IsInside(c.Key, atTicks)).ToImmutableSortedDictionary());

    /// <summary>Requests in the window that ends at <paramref name="atTicks"/>.</summary>
    public int Used(long atTicks)
    {
        var used = 0;
        foreach (var (bucket, count) in _counts)
            if (IsInside(bucket, atTicks)) used += count;
        return used;
    }

    /// <summary>Counts requests, and forgets what has left the window.</summary>
    public QuotaWindow Add(int requests, long atTicks)
    {
        var bucket = BucketOf(atTicks);
        var kept = _counts.SetItem(bucket, _counts.GetValueOrDefault(bucket) + requests);
        return new(Name, Bucket, Buckets, kept.RemoveRange(kept.Keys.Where(b => !IsInside(b, atTicks))));
    }

    private long BucketOf(long atTicks) => atTicks / Bucket.Ticks;

    private bool IsInside(long bucket, long atTicks) => bucket >= BucketOf(atTicks) - Buckets && bucket <= BucketOf(atTicks) + Buckets;
}
