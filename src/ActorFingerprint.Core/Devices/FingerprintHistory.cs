using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices;

/// <summary>A fingerprint value in a device's history. How often and when last it was seen is in the counters, under its number.</summary>
/// <param name="Number">Position among the device's values of all kinds, from 1.</param>
/// <param name="Value">The fingerprint.</param>
/// <param name="AtTicks">Frame time of the observation that brought it.</param>
/// <param name="Features">The facts behind it.</param>
public sealed record FingerprintValue(
    int Number, string Value, [property: JsonPropertyName("at")] long AtTicks, FingerprintFeatures Features);

/// <summary>
/// The distinct values of one kind: the newest <see cref="Capacity"/> in the order they were first seen; of older ones only how
/// many there were. A value that left and comes back is new again. Immutable.
/// </summary>
public sealed record FingerprintHistory
{
    /// <summary>Values kept with their text.</summary>
    public const int Capacity = 64;

    /// <summary>No values.</summary>
    public static FingerprintHistory Empty { get; } = new();

    /// <summary>The values, oldest first, numbers rising.</summary>
    [JsonRequired]
    public ImmutableArray<FingerprintValue> Values { get; init; } = [];

    /// <summary>Values that were folded into the summary.</summary>
    public int Folded { get; init; }

    /// <summary>Values known, folded ones included.</summary>
    public int Distinct => Values.Length + Folded;

    /// <summary>The value that was first seen last, or null.</summary>
    public FingerprintValue? Newest => Values is [.., var newest] ? newest : null;

    /// <summary>Finds a value by its text; allocates nothing. No value is empty.</summary>
    public FingerprintValue? Find(string value)
    {
        // Values of one kind start alike and end in a hash or a list's tail: the last character tells most of them apart.
        if (value.Length == 0) return null;
        var last = value[^1];
        foreach (var known in Values.AsSpan())
            if (known.Value.Length == value.Length && known.Value[^1] == last && known.Value == value) return known;
        return null;
    }

    /// <summary>With one more value.</summary>
    public FingerprintHistory Add(FingerprintValue value) => Values.Length < Capacity
        ? this with { Values = Values.Add(value) }
        : this with { Values = [.. Values.AsSpan(1, Values.Length - 1), value], Folded = Folded + 1 };

    /// <summary>Without the values that have these numbers, and without the folded ones, which are older than all that are kept.</summary>
    public FingerprintHistory Forget(IReadOnlyCollection<int> numbers) =>
        new() { Values = [.. Values.Where(value => !numbers.Contains(value.Number))] };
}
