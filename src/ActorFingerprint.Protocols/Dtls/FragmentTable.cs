namespace ActorFingerprint.Protocols.Dtls;

/// <summary>
/// The hellos in fragments of one partition within <see cref="DtlsLimits"/>: each for the lifetime since its first fragment, and where room
/// is short the oldest goes. What goes unfinished is reported.
/// </summary>
internal sealed class FragmentTable(DtlsLimits limits)
{
    private const int MaxSpare = 16;

    private readonly Dictionary<MessageKey, FragmentAssembly> _kept = [];
    private readonly LinkedList<FragmentAssembly> _order = [];
    private readonly Stack<FragmentAssembly> _spare = [];
    private long _bytes;
    private long _oldestFrame = long.MaxValue;
    private bool _isOldestGone;

    /// <summary>
    /// The lowest first frame, or <see cref="long.MaxValue"/>. Asked for often, so it is only looked for after its owner went.
    /// </summary>
    public long OldestFrame
    {
        get
        {
            if (!_isOldestGone) return _oldestFrame;
            _isOldestGone = false;
            _oldestFrame = long.MaxValue;
            foreach (var assembly in _order) _oldestFrame = Math.Min(_oldestFrame, assembly.FirstFrame);
            return _oldestFrame;
        }
    }

    /// <summary>
    /// The message that a fragment belongs to: the kept one, or a new one in its place when the fragment cannot be a part of it.
    /// </summary>
    public FragmentAssembly Open(in MessageKey key, in HandshakeFragment fragment, in PacketHeader packet, IObservationSink sink)
    {
        if (_kept.TryGetValue(key, out var known))
        {
            if (!IsExpired(known, packet.AtTicks) && known.IsPart(in fragment)) return known;
            Evict(known, StateLimit.Time, sink);
        }
        while (_order.First is { } oldest && IsExpired(oldest.Value, packet.AtTicks)) Evict(oldest.Value, StateLimit.Time, sink);
        var assembly = _spare.TryPop(out var spare) ? spare : new FragmentAssembly();
        assembly.Open(key, fragment.MessageLength, packet.ResumeFrame, packet.AtTicks);
        _kept.Add(key, assembly);
        _order.AddLast(assembly.Node);
        _oldestFrame = Math.Min(_oldestFrame, assembly.FirstFrame);
        return assembly;
    }

    /// <summary>
    /// Takes note of what <paramref name="changed"/> holds now, then closes the oldest until the table is within its limits.
    /// </summary>
    public void Enforce(FragmentAssembly changed, IObservationSink sink)
    {
        _bytes += changed.Footprint - changed.Accounted;
        changed.Accounted = changed.Footprint;
        while (_order.Count > limits.MaxAssemblies) Evict(_order.First!.Value, StateLimit.Flows, sink);
        while (_bytes > limits.MaxBytes) Evict(_order.First!.Value, StateLimit.Bytes, sink);
    }

    /// <summary>
    /// Closes those at the head of the order that have expired; returns how many of them were unfinished. One whose time lies before
    /// that of the one in front of it (frames out of time order) waits for it, and <see cref="Open"/> does not give it any more.
    /// </summary>
    public int Expire(long atTicks)
    {
        var unfinished = 0;
        while (_order.First is { } oldest && IsExpired(oldest.Value, atTicks))
        {
            if (!oldest.Value.IsRead) unfinished++;
            Close(oldest.Value);
        }
        return unfinished;
    }

    private void Evict(FragmentAssembly assembly, StateLimit limit, IObservationSink sink)
    {
        if (!assembly.IsRead) sink.Evicted(limit);
        Close(assembly);
    }

    private void Close(FragmentAssembly assembly)
    {
        _kept.Remove(assembly.Key);
        _order.Remove(assembly.Node);
        _bytes -= assembly.Accounted;
        _isOldestGone |= assembly.FirstFrame == _oldestFrame;
        assembly.Close();
        if (_spare.Count < MaxSpare) _spare.Push(assembly);
    }

    private bool IsExpired(FragmentAssembly assembly, long atTicks) => Math.Abs(atTicks - assembly.FirstTicks) > limits.Lifetime.Ticks;
}
