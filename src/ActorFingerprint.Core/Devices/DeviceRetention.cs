using System.Collections.Immutable;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// What the retention must overwrite in the store once <see cref="DeviceEvent.RetentionApplied"/> is journaled. Overwriting and
/// replaying gives the state that evolving the event gave.
/// </summary>
public sealed class DeviceRetention
{
    private readonly ImmutableHashSet<int> _numbers;
    private readonly ImmutableHashSet<(FingerprintKind, string)> _values;
    private readonly long _beforeTicks;

    /// <summary>Prepares for one event, decided on <paramref name="before"/>.</summary>
    public DeviceRetention(DeviceState before, DeviceEvent.RetentionApplied applied)
    {
        _beforeTicks = applied.BeforeTicks;
        _numbers = [.. applied.Forgotten];
        _values =
        [
            .. from kind in Enum.GetValues<FingerprintKind>()
               from value in before.History(kind).Values
               where applied.Forgotten.Contains(value.Number)
               select (kind, value.Value),
        ];
    }

    /// <summary>True for an event that holds a forgotten value: its payload is to be overwritten.</summary>
    public bool Forgets(DeviceEvent @event) => @event switch
    {
        DeviceEvent.FingerprintObserved e => _numbers.Contains(e.Number),
        DeviceEvent.ChurnDetected e => _values.Contains((e.Kind, e.Previous)) || _values.Contains((e.Kind, e.Current)),
        _ => false,
    };

    /// <summary>
    /// The delta without what is forgotten: the counts of these values, and, when it ended before the retention's time, its
    /// texts (they become other sightings). The same object when nothing in it is forgotten.
    /// </summary>
    public DeviceDelta Strip(DeviceDelta delta)
    {
        var isOld = delta.LastTicks < _beforeTicks && (delta.Ja3.Count > 0 || delta.Sni.Count > 0);
        var holdsForgotten = delta.Fingerprints.Any(count => _numbers.Contains(count.Number));
        if (holdsForgotten)
            delta = delta with { Fingerprints = [.. delta.Fingerprints.Where(count => !_numbers.Contains(count.Number))] };
        if (isOld)
            delta = delta with
            {
                Ja3 = [],
                OtherJa3 = delta.OtherJa3 + delta.Ja3.Sum(text => text.Count),
                Sni = [],
                OtherSni = delta.OtherSni + delta.Sni.Sum(text => text.Count),
            };
        return delta;
    }
}
