using System.Collections.Immutable;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// What the retention must overwrite in the store once a <see cref="DeviceEvent.RetentionApplied"/> is journaled: everything that
/// was stored before it and tells of a value that the device's history no longer holds. Replaying what is left gives the
/// same histories.
/// </summary>
public sealed class DeviceRetention
{
    private readonly ImmutableHashSet<int> _numbers;
    private readonly ImmutableHashSet<(FingerprintKind, string)> _values;
    private readonly int _lastNumber;
    private readonly long _beforeTicks;

    /// <summary>Prepares for one event; <paramref name="after"/> is the device after it.</summary>
    public DeviceRetention(DeviceState after, DeviceEvent.RetentionApplied applied)
    {
        (_lastNumber, _beforeTicks) = (after.LastNumber, applied.BeforeTicks);
        _numbers = [.. after.Histories.SelectMany(history => history.Values).Select(value => value.Number)];
        _values = [.. Enum.GetValues<FingerprintKind>().SelectMany(kind => after.History(kind).Values.Select(value => (kind, value.Value)))];
    }

    /// <summary>True when the payload of this event is to be overwritten. Only for events of the device before the retention's own.</summary>
    public bool Forgets(DeviceEvent @event) => @event switch
    {
        DeviceEvent.FingerprintObserved e => IsForgotten(e.Number),
        DeviceEvent.ChurnDetected e => !_values.Contains((e.Kind, e.Previous)) || !_values.Contains((e.Kind, e.Current)),
        _ => false,
    };

    /// <summary>
    /// The delta without what is forgotten: the counts of such values and, when it ended before the retention's time, its texts
    /// (they become other sightings). The same object when nothing in it is forgotten.
    /// </summary>
    public DeviceDelta Strip(DeviceDelta delta)
    {
        if (delta.Fingerprints.Any(count => IsForgotten(count.Number)))
            delta = delta with { Fingerprints = [.. delta.Fingerprints.Where(count => !IsForgotten(count.Number))] };
        if (delta.LastTicks >= _beforeTicks || (delta.Ja3.Count == 0 && delta.Sni.Count == 0)) return delta;
        return delta with
        {
            Ja3 = [],
            OtherJa3 = delta.OtherJa3 + delta.Ja3.Sum(text => text.Count),
            Sni = [],
            OtherSni = delta.OtherSni + delta.Sni.Sum(text => text.Count),
        };
    }

    private bool IsForgotten(int number) => number > 0 && number <= _lastNumber && !_numbers.Contains(number);
}
