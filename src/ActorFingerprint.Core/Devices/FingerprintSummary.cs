namespace ActorFingerprint.Core.Devices;

/// <summary>A fingerprint value with what was counted for it. Times are UTC ticks of frame time.</summary>
public readonly record struct FingerprintSighting(FingerprintValue Value, long Count, long FirstTicks, long LastTicks);

/// <summary>
/// The history of one kind as it is shown: state and counters put together. <see cref="Folded"/> is what has no value of its own
/// any more (older than the newest 64, or suppressed): <see cref="FoldedDistinct"/> says how many values were once kept.
/// </summary>
public sealed record FingerprintSummary(
    FingerprintKind Kind, IReadOnlyList<FingerprintSighting> Sightings, int FoldedDistinct, FingerprintCount Folded)
{
    /// <summary>Puts the history of a kind together, oldest value first.</summary>
    public static FingerprintSummary Of(FingerprintKind kind, DeviceState state, DeviceCounters counters)
    {
        var history = state.History(kind);
        return new FingerprintSummary(kind, [.. history.Values.Select(Sighting)], history.Folded, counters.Of(kind, 0));

        FingerprintSighting Sighting(FingerprintValue value)
        {
            var seen = new FingerprintCount(kind, value.Number, 1, value.AtTicks, value.AtTicks);
            var count = counters.Of(kind, value.Number);
            var times = seen.Plus(count);
            return new FingerprintSighting(value, Math.Max(count.Count, 1), times.FirstTicks, times.LastTicks);
        }
    }
}
