using System.Runtime.InteropServices;

namespace ActorFingerprint.Protocols.Tcp;

/// <summary>
/// Remembers, per direction, the hashes of its last two messages, so that a repeat is recognised for the lifetime after the last
/// copy. Kept in two aligned minutes of frame time: whole minutes are forgotten, never single entries. A direction is known by 64 bits
/// of its addresses and ports, which halves the memory that every hello touches; two that collide would have to say the same, too, to be
/// taken for a repeat.
/// </summary>
internal sealed class RepeatMemory(ReassemblyLimits limits)
{
    private Dictionary<ulong, Memory> _current = [];
    private Dictionary<ulong, Memory> _previous = [];
    private long _currentOldest = long.MaxValue;
    private long _previousOldest = long.MaxValue;
    private long _minute = -1;

    /// <summary>No later than the first frame of any remembered message; <see cref="long.MaxValue"/> when nothing is remembered.</summary>
    public long OldestFrame => Math.Min(_currentOldest, _previousOldest);

    /// <summary>
    /// Frame time has come to <paramref name="atTicks"/>. The minute before changes nothing; further back, time begins anew and all is
    /// forgotten.
    /// </summary>
    public void Advance(long atTicks)
    {
        var minute = atTicks / TimeSpan.TicksPerMinute;
        if (minute == _minute || minute == _minute - 1) return;
        var isNext = minute == _minute + 1;
        _minute = minute;
        Rotate();
        if (isNext) return;
        _previous.Clear();
        _previousOldest = long.MaxValue;
    }

    /// <summary>True when this direction has shown a message and no further one is expected of it.</summary>
    public bool IsSettled(in FlowKey key) => TryFind(key.Mixed, out var memory) && !memory.ExpectsAnother;

    /// <summary>The direction will send another message: its out-of-order segments are worth keeping.</summary>
    public void Expect(in FlowKey key, long frame)
    {
        Touch(key.Mixed, frame, sink: null).ExpectsAnother = true;
    }

    /// <summary>
    /// True when the direction sent a message of this hash within the lifetime; the repeat restarts it. False for a new message,
    /// which is remembered from now on.
    /// </summary>
    /// <param name="key">The direction.</param>
    /// <param name="hash">Hash of the whole message.</param>
    /// <param name="firstFrame">Frame from which the message can be read again.</param>
    /// <param name="atTicks">Frame time of its last byte.</param>
    /// <param name="sink">Told when remembered directions were forgotten early to stay within the limit.</param>
    public bool IsRepeat(in FlowKey key, ulong hash, long firstFrame, long atTicks, IObservationSink sink)
    {
        ref var memory = ref Touch(key.Mixed, firstFrame, sink);
        var isLatest = memory.Latest == hash;
        var isEarlier = !isLatest && memory.Earlier == hash;
        var lastTicks = isLatest ? memory.LatestTicks : memory.EarlierTicks;
        var isRepeat = (isLatest || isEarlier) && atTicks - lastTicks <= limits.Lifetime.Ticks;
        if (!isLatest) (memory.Earlier, memory.EarlierTicks) = (memory.Latest, memory.LatestTicks);
        (memory.Latest, memory.LatestTicks) = (hash, atTicks);
        if (!isRepeat) memory.ExpectsAnother = false;
        return isRepeat;
    }

    private bool TryFind(ulong direction, out Memory memory) =>
        _current.TryGetValue(direction, out memory) || _previous.TryGetValue(direction, out memory);

    /// <summary>What is remembered of the direction, in the table of the minute at hand; valid until the next call.</summary>
    private ref Memory Touch(ulong direction, long frame, IObservationSink? sink)
    {
        if (_current.Count >= limits.MaxRememberedStreams && !_current.ContainsKey(direction)) MakeRoom(direction, sink);
        ref var memory = ref CollectionsMarshal.GetValueRefOrAddDefault(_current, direction, out var isKnown);
        if (!isKnown && _previous.TryGetValue(direction, out var earlier)) memory = earlier;
        _currentOldest = Math.Min(_currentOldest, frame);
        return ref memory;
    }

    /// <summary>Forgets the minute before ahead of time, but not what it knew of the direction at hand.</summary>
    private void MakeRoom(ulong direction, IObservationSink? sink)
    {
        var isKnown = _previous.TryGetValue(direction, out var memory);
        if (_previous.Count > 0) sink?.Evicted(StateLimit.Flows);
        Rotate();
        if (isKnown) _current.Add(direction, memory);
    }

    private void Rotate()
    {
        (_current, _previous) = (_previous, _current);
        _current.Clear();
        (_previousOldest, _currentOldest) = (_currentOldest, long.MaxValue);
    }

    private struct Memory
    {
        public ulong Latest;
        public ulong Earlier;
        public long LatestTicks;
        public long EarlierTicks;
        public bool ExpectsAnother;
    }
}
