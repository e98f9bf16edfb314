using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Core.Identification;

/// <summary>What the hours of the day tell: a device that is always there is part of the house, one that comes and goes is carried about.</summary>
public static class Presence
{
    /// <summary>Time between first and last sighting from which the hours say something.</summary>
    public static readonly TimeSpan MinSpan = TimeSpan.FromDays(3);

    /// <summary>Observations from which the hours say something.</summary>
    public const int MinObservations = 200;

    /// <summary>Hours of the day with observations from which a device counts as always there.</summary>
    public const int AlwaysOnHours = 22;

    /// <summary>Hours of the day with observations up to which a device counts as one that comes and goes.</summary>
    public const int ComesAndGoesHours = 14;

    /// <summary><see cref="Traits.AlwaysOn"/>, <see cref="Traits.ComesAndGoes"/>, or null when the hours say neither.</summary>
    public static string? Of(DeviceCounters? counters)
    {
        if (counters?.Hours is not { } hours || counters.LastTicks - counters.FirstTicks < MinSpan.Ticks) return null;
        if (hours.Sum(hour => hour.Count) < MinObservations) return null;
        return hours.Count >= AlwaysOnHours ? Traits.AlwaysOn : hours.Count <= ComesAndGoesHours ? Traits.ComesAndGoes : null;
    }
}
