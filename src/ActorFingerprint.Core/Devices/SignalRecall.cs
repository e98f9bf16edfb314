using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// The signals of one device that told nothing new, by the facts and names that equal messages share: an equal one in the same state and hour
/// tells nothing new either, and need not be looked at again. Hosts announce themselves again and again. Mutable, one thread at a time; what
/// it answers never differs from <see cref="Device.Observe"/>.
/// </summary>
public sealed class SignalRecall
{
    /// <summary>A power of two: a host has some ten messages.</summary>
    private const int Slots = 16;

    private readonly Entry[] _entries = new Entry[Slots];

    /// <summary>True when the signal is equal to one that told nothing new. One with hits of a watchlist never is.</summary>
    public bool Knows(DeviceState state, SignalObservation signal)
    {
        ref readonly var entry = ref EntryOf(signal);
        return ReferenceEquals(entry.Facts, signal.Facts) && ReferenceEquals(entry.State, state) && ReferenceEquals(entry.HostNames, signal.HostNames)
            && entry.HourStartTicks == NoveltyWindows.HourOf(signal.AtTicks) && entry.CrossesRouters == signal.CrossesRouters
            && entry.OwnAddress == signal.OwnAddress && signal.Hits.Count == 0;
    }

    /// <summary>The signal told nothing new in this state.</summary>
    public void Learn(DeviceState state, SignalObservation signal)
    {
        if (signal.Hits.Count > 0) return;
        EntryOf(signal) = new Entry
        {
            State = state,
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            HourStartTicks = NoveltyWindows.HourOf(signal.AtTicks),
            OwnAddress = signal.OwnAddress,
            CrossesRouters = signal.CrossesRouters,
        };
    }

    private ref Entry EntryOf(SignalObservation signal) => ref _entries[RuntimeHelpers.GetHashCode(signal.Facts) & (Slots - 1)];

    private struct Entry
    {
        public DeviceState? State;
        public IReadOnlyList<DeviceFact>? Facts;
        public IReadOnlyList<GivenName>? HostNames;
        public long HourStartTicks;
        public NetworkAddress OwnAddress;
        public bool CrossesRouters;
    }
}
