namespace ActorFingerprint.Protocols.Tcp;

/// <summary>
/// The buffered directions of one partition within <see cref="ReassemblyLimits"/>. A started hello lives for the
/// lifetime since its first frame. A stash lives to the end of the next aligned stretch of frame time, 5 to 10 s: longer than any usual
/// reordering or retransmission, and a reading that is resumed at a minute's first frame holds the same stashes. Where room is short the
/// oldest stash goes first, then the oldest started hello.
/// </summary>
internal sealed class StreamTable(ReassemblyLimits limits)
{
    private const long StashStretchTicks = 5 * TimeSpan.TicksPerSecond;
    private const int MaxSpare = 64;

    private readonly Dictionary<FlowKey, StreamAssembly> _streams = [];
    private readonly LinkedList<StreamAssembly> _started = [];
    private readonly LinkedList<StreamAssembly> _stashes = [];
    private readonly Stack<StreamAssembly> _spare = [];
    private long _bytes;

    /// <summary>The lowest first frame of all streams, or <see cref="long.MaxValue"/>.</summary>
    public long OldestFrame
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var stream in _streams.Values) oldest = Math.Min(oldest, stream.FirstFrame);
            return oldest;
        }
    }

    /// <summary>No direction is buffered.</summary>
    public bool IsEmpty => _streams.Count == 0;

    /// <summary>The live stream of a direction, or null.</summary>
    public StreamAssembly? Find(in FlowKey key) => _streams.Count == 0 ? null : _streams.GetValueOrDefault(key);

    /// <summary>Opens a stash at a packet, in the room of the oldest streams if they have expired.</summary>
    public StreamAssembly Open(in FlowKey key, in PacketHeader packet, IObservationSink sink)
    {
        while (_stashes.First is { } stash && IsExpired(stash.Value, packet.AtTicks)) Close(stash.Value);
        while (_started.First is { } started && IsExpired(started.Value, packet.AtTicks))
        {
            sink.Evicted(StateLimit.Time);
            Close(started.Value);
        }
        var stream = _spare.TryPop(out var spare) ? spare : new StreamAssembly();
        stream.Open(key, packet.ResumeFrame, packet.AtTicks);
        _streams.Add(key, stream);
        _stashes.AddLast(stream.Node);
        return stream;
    }

    /// <summary>Closes a stream and returns its memory.</summary>
    public void Close(StreamAssembly stream)
    {
        _streams.Remove(stream.Key);
        stream.Node.List!.Remove(stream.Node);
        _bytes -= stream.Accounted;
        stream.Close();
        if (_spare.Count < MaxSpare) _spare.Push(stream);
    }

    /// <summary>True when <paramref name="stream"/> has outlived its time at <paramref name="atTicks"/>, or lies as far in its future.</summary>
    public bool IsExpired(StreamAssembly stream, long atTicks) => stream.IsAnchored
        ? Math.Abs(atTicks - stream.FirstTicks) > limits.Lifetime.Ticks
        : Math.Abs(atTicks / StashStretchTicks - stream.FirstTicks / StashStretchTicks) > 1;

    /// <summary>Closes every expired stream; returns how many of them had a hello started.</summary>
    public int Expire(long atTicks)
    {
        CloseExpired(_stashes, atTicks);
        return CloseExpired(_started, atTicks);
    }

    /// <summary>
    /// Takes note of what <paramref name="changed"/> is and holds now, then closes the oldest streams until the table is within its limits.
    /// Hellos that this cuts are reported; stashes are not.
    /// </summary>
    public void Enforce(StreamAssembly changed, IObservationSink sink)
    {
        var list = changed.IsAnchored ? _started : _stashes;
        if (changed.Node.List != list)
        {
            changed.Node.List!.Remove(changed.Node);
            list.AddLast(changed.Node);
        }
        _bytes += changed.Segments.Footprint - changed.Accounted;
        changed.Accounted = changed.Segments.Footprint;
        while (_streams.Count > limits.MaxStreams || _bytes > limits.MaxBytes)
        {
            if (_stashes.First is null) sink.Evicted(_streams.Count > limits.MaxStreams ? StateLimit.Flows : StateLimit.Bytes);
            Close((_stashes.First ?? _started.First)!.Value);
        }
    }

    private int CloseExpired(LinkedList<StreamAssembly> list, long atTicks)
    {
        var closed = 0;
        for (var node = list.First; node is not null;)
        {
            var stream = node.Value;
            node = node.Next;
            if (!IsExpired(stream, atTicks)) continue;
            closed++;
            Close(stream);
        }
        return closed;
    }
}
