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

    /// <summary>The lowest first frame, or <see cref="long.MaxValue"/>.</summary>
    public long OldestFrame
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var assembly in _order) oldest = Math.Min(oldest, assembly.FirstFrame);
            return oldest;
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
        }
        assembly.Close();
        if (_spare.Count < MaxSpare) _spare.Push(assembly);
    }

    /// <summary>Closes every expired one; returns how many.</summary>
    public int Expire(long atTicks)
    {
        var closed = 0;
        for (var node = _order.First; node is not null;)
        {
            var assembly = node.Value;
            node = node.Next;
            if (!IsExpired(assembly, atTicks)) continue;
            closed++;
            Close(assembly);
        }
        return closed;
    }

    private bool IsExpired(CryptoAssembly assembly, long atTicks) => atTicks - assembly.FirstTicks > limits.Lifetime.Ticks;
}
