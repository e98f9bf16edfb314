using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// The fold of a device's deltas: what changes with every frame and is therefore no event. Immutable and bounded. Only sums,
/// minima and maxima, and bounds whose choice depends on the values alone: any order and grouping of the same observations gives
/// the same counters (docs/devices.md, "Counters").
/// </summary>
public sealed record DeviceCounters : IFingerprintCounts
{
    /// <summary>Common JA3 hashes and server names that are shown.</summary>
    public const int CommonTexts = 32;

    /// <summary>Nothing counted.</summary>
    public static DeviceCounters Empty { get; } = new();

    /// <summary>Observations.</summary>
    public long Packets { get; init; }

    /// <summary>Wire bytes of the frames behind them.</summary>
    public long Bytes { get; init; }

    /// <summary>Earliest frame time, UTC ticks; 0 before the first observation.</summary>
    [JsonPropertyName("first")]
    public long FirstTicks { get; init; }

    /// <summary>Latest frame time, UTC ticks; 0 before the first observation.</summary>
    [JsonPropertyName("last")]
    public long LastTicks { get; init; }

    /// <summary>
    /// By kind and number: the <see cref="FingerprintHistory.Capacity"/> highest numbers of each kind, and as number 0 the sum of
    /// everything else.
    /// </summary>
    [JsonRequired]
    public ImmutableArray<FingerprintCount> Fingerprints { get; init; } = [];

    /// <summary>JA3 hashes of the device's ClientHellos.</summary>
    [JsonRequired]
    public TextCounts Ja3 { get; init; } = TextCounts.Empty;

    /// <summary>Server names that it asked for.</summary>
    [JsonRequired]
    public TextCounts Sni { get; init; } = TextCounts.Empty;

    /// <summary>
    /// When in the day the device is there: its observations by UTC hour of frame time, those from before the hours were counted left out.
    /// Null when there are none.
    /// </summary>
    public IReadOnlyList<HourCount>? Hours { get; init; }

    /// <inheritdoc />
    public FingerprintCount Of(FingerprintKind kind, int number)
    {
        foreach (ref readonly var count in Fingerprints.AsSpan())
            if (count.Number == number && count.Kind == kind) return count;
        return new FingerprintCount(kind, number, 0, 0, 0);
    }

    /// <summary>The counters after a delta.</summary>
    public DeviceCounters Apply(DeviceDelta delta)
    {
        if (delta.Packets == 0) return this;
        return new DeviceCounters
        {
            Packets = Packets + delta.Packets,
            Bytes = Bytes + delta.Bytes,
            FirstTicks = Packets == 0 ? delta.FirstTicks : Math.Min(FirstTicks, delta.FirstTicks),
            LastTicks = Packets == 0 ? delta.LastTicks : Math.Max(LastTicks, delta.LastTicks),
            Fingerprints = Merge(Fingerprints, delta.Fingerprints),
            Ja3 = Ja3.Add(delta.Ja3, delta.OtherJa3),
            Sni = Sni.Add(delta.Sni, delta.OtherSni),
            Hours = HourCount.Sum(Hours, delta.Hours),
        };
    }

    private static ImmutableArray<FingerprintCount> Merge(ImmutableArray<FingerprintCount> mine, IReadOnlyList<FingerprintCount> more)
    {
        if (more.Count == 0) return mine;
        var merged = new List<FingerprintCount>(mine.Length + more.Count);
        var (i, j) = (0, 0);
        while (i < mine.Length || j < more.Count)
        {
            var order = i == mine.Length ? 1 : j == more.Count ? -1 : Compare(mine[i], more[j]);
            merged.Add(order < 0 ? mine[i++] : order > 0 ? more[j++] : mine[i++].Plus(more[j++]));
        }
        for (var kind = FingerprintKind.DhcpDiscover; kind <= FingerprintKind.Ja4; kind++) Fold(merged, kind);
        return [.. merged];
    }

    /// <summary>Adds the lowest numbers of a kind to its number 0 until only the highest are left.</summary>
    private static void Fold(List<FingerprintCount> counts, FingerprintKind kind)
    {
        var start = counts.FindIndex(count => count.Kind == kind);
        if (start < 0) return;
        var end = counts.FindLastIndex(count => count.Kind == kind) + 1;
        var hasFolded = counts[start].Number == 0;
        var excess = end - start - (hasFolded ? 1 : 0) - FingerprintHistory.Capacity;
        if (excess <= 0) return;
        var folded = new FingerprintCount(kind, 0, 0, 0, 0);
        var taken = excess + (hasFolded ? 1 : 0);
        foreach (var count in counts[start..(start + taken)]) folded = folded.Plus(count with { Number = 0 });
        counts.RemoveRange(start + 1, taken - 1);
        counts[start] = folded;
    }

    internal static int Compare(FingerprintCount a, FingerprintCount b) =>
        a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : a.Number.CompareTo(b.Number);
}
