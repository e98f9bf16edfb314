using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// The unfinished hellos of one partition within <see cref="QuicLimits"/>: each for the lifetime since its first bytes, and where room is
/// short the oldest goes.
/// </summary>
internal sealed class CryptoTable(QuicLimits limits)
{
    private const int MaxSpare = 16;

    private readonly Dictionary<FlowKey, CryptoAssembly> _kept = [];
    private readonly LinkedList<CryptoAssembly> _order = [];
    private readonly Stack<CryptoAssembly> _spare = [];
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

    /// <summary>What is kept of a connection's direction, or null. What is left of an earlier connection is closed.</summary>
    public CryptoAssembly? Find(in FlowKey key, ulong connection, long atTicks, IObservationSink sink)
    {
        if (_kept.Count == 0 || !_kept.TryGetValue(key, out var assembly)) return null;
        if (assembly.Connection == connection && !IsExpired(assembly, atTicks)) return assembly;
        sink.Evicted(StateLimit.Time);
        Close(assembly);
        return null;
    }

    /// <summary>One that is not kept yet, for bytes that a packet brought.</summary>
    public CryptoAssembly Open(in FlowKey key, ulong connection, in PacketHeader packet)
    {
        var assembly = _spare.TryPop(out var spare) ? spare : new CryptoAssembly();
        assembly.Open(key, connection, packet.ResumeFrame, packet.AtTicks);
        return assembly;
    }

    /// <summary>Keeps it for the packets that follow, then closes the oldest until the table is within its limits.</summary>
    public void Keep(CryptoAssembly assembly, IObservationSink sink)
    {
        if (assembly.Node.List is null)
        {
            while (_order.First is { } oldest && IsExpired(oldest.Value, assembly.FirstTicks))
            {
                sink.Evicted(StateLimit.Time);
                Close(oldest.Value);
            }
            _kept.Add(assembly.Key, assembly);
            _order.AddLast(assembly.Node);
            _oldestFrame = Math.Min(_oldestFrame, assembly.FirstFrame);
        }
        _bytes += assembly.Footprint - assembly.Accounted;
        assembly.Accounted = assembly.Footprint;
        while (_order.Count > limits.MaxAssemblies || _bytes > limits.MaxBytes)
        {
            sink.Evicted(_order.Count > limits.MaxAssemblies ? StateLimit.Flows : StateLimit.Bytes);
            Close(_order.First!.Value);
        }
    }

    /// <summary>Ends one, kept or not.</summary>
    public void Close(CryptoAssembly assembly)
    {
        if (assembly.Node.List is not null)
        {
            _kept.Remove(assembly.Key);
            _order.Remove(assembly.Node);
            _bytes -= assembly.Accounted;
            _isOldestGone |= assembly.FirstFrame == _oldestFrame;
        }
        assembly.Close();
        if (_spare.Count < MaxSpare) _spare.Push(assembly);
    }

    /// <summary>
    /// Closes those at the head of the order that have expired; returns how many. One whose time lies before that of the one in front of it
    /// (frames out of time order) waits for it, and <see cref="Find"/> does not give it any more.
    /// </summary>
    public int Expire(long atTicks)
    {
        var closed = 0;
        for (; _order.First is { } oldest && IsExpired(oldest.Value, atTicks); closed++) Close(oldest.Value);
        return closed;
    }

    private bool IsExpired(CryptoAssembly assembly, long atTicks) => Math.Abs(atTicks - assembly.FirstTicks) > limits.Lifetime.Ticks;
}
