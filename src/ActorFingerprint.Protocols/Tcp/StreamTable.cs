namespace ActorFingerprint.Protocols.Tcp;

/// <summary>
/// The buffered directions of one partition, oldest first, within <see cref="ReassemblyLimits"/>. A started hello lives for the
/// lifetime since its first frame. A stash lives to the end of the next aligned stretch of frame time, 5 to 10 s: longer than any usual
/// reordering or retransmission, and a reading that is resumed at a minute's first frame holds the same stashes.
/// </summary>
internal sealed class StreamTable(ReassemblyLimits limits)
{
    private const long StashStretchTicks = 5 * TimeSpan.TicksPerSecond;
    private const int MaxSpare = 64;

    private readonly Dictionary<FlowKey, StreamAssembly> _streams = [];
    private readonly LinkedList<StreamAssembly> _byAge = [];
    private readonly Stack<StreamAssembly> _spare = [];
    private long _bytes;

    /// <summary>The lowest first frame of all streams, or <see cref="long.MaxValue"/>.</summary>
    public long OldestFrame
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var stream in _byAge) oldest = Math.Min(oldest, stream.FirstFrame);
            return oldest;
        }
    }

    /// <summary>The live stream of a direction, or null.</summary>
    public StreamAssembly? Find(in FlowKey key) => _streams.Count == 0 ? null : _streams.GetValueOrDefault(key);

    /// <summary>Opens a stream at a packet, in the room of the oldest ones that have expired.</summary>
    public StreamAssembly Open(in FlowKey key, in PacketHeader packet, IObservationSink sink)
    {
        while (_byAge.First is { } oldest && IsExpired(oldest.Value, packet.AtTicks))
        {
            if (oldest.Value.IsAnchored) sink.Evicted(StateLimit.Time);
            Close(oldest.Value);
        }
        var stream = _spare.TryPop(out var spare) ? spare : new StreamAssembly();
        stream.Open(key, packet.ResumeFrame, packet.AtTicks);
        _streams.Add(key, stream);
        _byAge.AddLast(stream.Node);
        return stream;
    }

    /// <summary>Closes a stream and returns its memory.</summary>
    public void Close(StreamAssembly stream)
    {
        _streams.Remove(stream.Key);
        _byAge.Remove(stream.Node);
        _bytes -= stream.Accounted;
        stream.Close();
        if (_spare.Count < MaxSpare) _spare.Push(stream);
    }

    /// <summary>True when <paramref name="stream"/> has outlived its time at <paramref name="atTicks"/>.</summary>
    public bool IsExpired(StreamAssembly stream, long atTicks) => stream.IsAnchored
        ? atTicks - stream.FirstTicks > limits.Lifetime.Ticks
        : atTicks / StashStretchTicks > stream.FirstTicks / StashStretchTicks + 1;

    /// <summary>Closes every expired stream; returns how many of them had a hello started.</summary>
    public int Expire(long atTicks)
    {
        var cut = 0;
        for (var node = _byAge.First; node is not null;)
        {
            var stream = node.Value;
            node = node.Next;
            if (!IsExpired(stream, atTicks)) continue;
            if (stream.IsAnchored) cut++;
            Close(stream);
        }
        return cut;
    }

    /// <summary>
    /// Accounts for the memory of <paramref name="grown"/>, then closes the oldest streams until the table is within its limits.
    /// Hellos that this cuts are reported; stashes are not.
    /// </summary>
    public void Enforce(StreamAssembly grown, IObservationSink sink)
    {
        _bytes += grown.Segments.Footprint - grown.Accounted;
        grown.Accounted = grown.Segments.Footprint;
        while (_streams.Count > limits.MaxStreams || _bytes > limits.MaxBytes)
        {
            var oldest = _byAge.First!.Value;
            if (oldest.IsAnchored) sink.Evicted(_streams.Count > limits.MaxStreams ? StateLimit.Flows : StateLimit.Bytes);
            Close(oldest);
        }
    }
}
