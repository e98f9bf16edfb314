using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Engine.Actors;

/// <summary>
/// One device in memory: its state, its counters and its place in the journal. It decides nothing about storage; its shard does.
/// </summary>
internal sealed class DeviceActor(string persistenceId, DeviceState state, DeviceCounters counters, long sequenceNumber) : IFingerprintCounts
{
    /// <summary>Fingerprints that may be counted before they are folded when no row does it.</summary>
    private const int MaxUnwritten = FingerprintHistory.Capacity;

    private long _snapshotSequenceNumber = sequenceNumber;
    private DeviceDeltaBuilder? _delta;
    private DhcpRecall? _recall;

    /// <summary>Pseudonym under which it is journaled.</summary>
    public string PersistenceId { get; } = persistenceId;

    /// <summary>State after every event decided so far, committed or in the commit at hand.</summary>
    public DeviceState State { get; private set; } = state;

    /// <summary>Fold of the committed shard rows.</summary>
    public DeviceCounters Counters { get; private set; } = counters;

    /// <summary>Counters as decisions see them: those of the batch at hand included.</summary>
    private DeviceCounters CountersNow => _delta is { IsEmpty: false } ? Counters.Apply(_delta.Build()) : Counters;

    /// <summary>Sequence number of the last event decided.</summary>
    public long SequenceNumber { get; private set; } = sequenceNumber;

    /// <summary>Events that a recovery would replay after the last snapshot.</summary>
    public long EventsSinceSnapshot => SequenceNumber - _snapshotSequenceNumber;

    /// <summary>Something changed since the last snapshot.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Wall ticks of the last message, for passivation.</summary>
    public long TouchedTicks { get; set; }

    /// <summary>Applies a stored event; null for one that was erased, which leaves only its number.</summary>
    public void Replay(DeviceEvent? @event)
    {
        if (@event is not null) State = Device.Evolve(State, @event);
        SequenceNumber++;
    }

    /// <summary>Applies an event just decided.</summary>
    public void Evolve(DeviceEvent @event)
    {
        State = Device.Evolve(State, @event);
        SequenceNumber++;
        IsDirty = true;
    }

    /// <summary>Applies the counts of a stored row.</summary>
    public void Fold(DeviceDelta delta)
    {
        Counters = Counters.Apply(delta);
        IsDirty = true;
    }

    /// <summary>The events of an observation, and whether it is known to tell nothing new, with what the counters need to know.</summary>
    public IReadOnlyList<DeviceEvent> Observe(Observation observation, string run, out int? knownNumber)
    {
        knownNumber = null;
        if (observation is not DhcpObservation dhcp) return Device.Observe(State, observation, run, this);
        _recall ??= new DhcpRecall();
        if (_recall.Knows(State, dhcp, out var number))
        {
            knownNumber = number;
            return [];
        }
        var events = Device.Observe(State, dhcp, run, this);
        if (events.Count == 0) _recall.Learn(State, dhcp);
        return events;
    }

    /// <summary>Counts an observation of the batch at hand, after its events; true for the first one.</summary>
    public bool Count(Observation observation, int? knownNumber)
    {
        _delta ??= new DeviceDeltaBuilder(PersistenceId, Counters);
        var isFirst = _delta.IsEmpty;
        if (knownNumber is { } number) _delta.Add((DhcpObservation)observation, number);
        else _delta.Add(observation, State);
        return isFirst;
    }

    /// <summary>Counts an observation that no row will tell of, since the journal keeps none.</summary>
    public void CountUnwritten(Observation observation, int? knownNumber)
    {
        Count(observation, knownNumber);
        IsDirty = true;
        if (_delta!.Fingerprints > MaxUnwritten) Settle();
    }

    /// <summary>Folds what is counted and was not told by a row.</summary>
    public void Settle()
    {
        if (_delta is { IsEmpty: false }) FoldCounted();
    }

    /// <summary>Closes the batch at hand: what it counted, now folded into the counters.</summary>
    public DeviceDelta FoldCounted()
    {
        var delta = _delta!.Build();
        Fold(delta);
        _delta.Reset(Counters);
        return delta;
    }

    /// <summary>Counts as decisions see them: those of the batch at hand included.</summary>
    public FingerprintCount Of(FingerprintKind kind, int number) => _delta is null ? Counters.Of(kind, number) : _delta.Of(kind, number);

    /// <summary>Counters as decisions see them; null for a device whose sightings span less time, without counting.</summary>
    public DeviceCounters? CountersOver(TimeSpan atLeast)
    {
        var (first, last) = (Counters.FirstTicks, Counters.LastTicks);
        if (Counters.Packets == 0) (first, last) = (long.MaxValue, long.MinValue);
        if (_delta is { IsEmpty: false }) (first, last) = (Math.Min(first, _delta.FirstTicks), Math.Max(last, _delta.LastTicks));
        return last >= first && last - first >= atLeast.Ticks ? CountersNow : null;
    }

    /// <summary>A snapshot that holds everything so far was handed to the commit.</summary>
    public void SnapshotTaken() => (_snapshotSequenceNumber, IsDirty) = (SequenceNumber, false);
}
