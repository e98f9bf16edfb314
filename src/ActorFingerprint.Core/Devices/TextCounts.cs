using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// How often each text was seen, bounded, and the same whatever the order and grouping of the additions. Up to
/// <see cref="Capacity"/> distinct texts every count is exact. Beyond it the texts with the lowest <see cref="StableHash"/> stay:
/// a text's rank never changes, so one that stays in the end was never dropped on the way and its count is exact, too; all others
/// are one number. The kept hashes then estimate how many texts there were (the k-th lowest of uniform values). Immutable.
/// </summary>
public sealed record TextCounts
{
    /// <summary>Distinct texts kept.</summary>
    public const int Capacity = 256;

    /// <summary>Nothing seen.</summary>
    public static TextCounts Empty { get; } = new();

    /// <summary>The kept texts in ordinal order.</summary>
    [JsonRequired]
    public ImmutableArray<TextCount> Texts { get; init; } = [];

    /// <summary>Sightings of texts that are not kept, or that the retention has forgotten.</summary>
    public long Other { get; init; }

    /// <summary>False when texts are missing: <see cref="Distinct"/> is an estimate then (standard error about 6 %).</summary>
    public bool IsExact => Other == 0;

    /// <summary>How many distinct texts were seen and not forgotten.</summary>
    public long Distinct => IsExact || Texts.Length < Capacity
        ? Texts.Length
        : Math.Max(Capacity + 1, (long)((Capacity - 1) / (Texts.Max(text => StableHash.Of(text.Text)) / (double)ulong.MaxValue)));

    /// <summary>The kept texts by count, highest first; equal counts in ordinal order.</summary>
    public IReadOnlyList<TextCount> MostCommon(int count) =>
        [.. Texts.OrderByDescending(text => text.Count).ThenBy(text => text.Text, StringComparer.Ordinal).Take(count)];

    /// <summary>With more sightings. <paramref name="texts"/> is in ordinal order without repeats.</summary>
    public TextCounts Add(IReadOnlyList<TextCount> texts, long other)
    {
        if (texts.Count == 0) return other == 0 ? this : this with { Other = Other + other };
        var merged = Merge(Texts.AsSpan(), texts);
        var dropped = KeepLowest(merged);
        return new TextCounts { Texts = [.. merged], Other = Other + other + dropped };
    }

    /// <summary>
    /// Reduces a list to the <see cref="Capacity"/> texts that stay, in the order they are in; returns the sightings of the rest.
    /// </summary>
    internal static long KeepLowest(List<TextCount> texts) => KeepLowest(texts, out _);

    /// <summary>The same, with the last rank that stays; the highest possible one when nothing had to go.</summary>
    internal static long KeepLowest(List<TextCount> texts, out TextRank last)
    {
        last = TextRank.Last;
        if (texts.Count <= Capacity) return 0;
        var ranks = new TextRank[texts.Count];
        for (var i = 0; i < ranks.Length; i++) ranks[i] = TextRank.Of(texts[i].Text);
        Array.Sort(ranks);
        var highest = last = ranks[Capacity - 1];
        var dropped = 0L;
        texts.RemoveAll(text =>
        {
            if (TextRank.Of(text.Text).CompareTo(highest) <= 0) return false;
            dropped += text.Count;
            return true;
        });
        return dropped;
    }

    private static List<TextCount> Merge(ReadOnlySpan<TextCount> mine, IReadOnlyList<TextCount> more)
    {
        var merged = new List<TextCount>(mine.Length + more.Count);
        var (i, j) = (0, 0);
        while (i < mine.Length || j < more.Count)
        {
            var order = i == mine.Length ? 1 : j == more.Count ? -1 : string.CompareOrdinal(mine[i].Text, more[j].Text);
            merged.Add(order < 0 ? mine[i++] : order > 0 ? more[j++] : new TextCount(mine[i].Text, mine[i++].Count + more[j++].Count));
        }
        return merged;
    }
}
