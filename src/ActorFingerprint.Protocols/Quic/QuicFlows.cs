using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// The flows of one partition, by the direction of their client. A connection is known for the lifetime since its first packet. Kept in two
/// aligned minutes of frame time: whole minutes are forgotten, never single flows.
/// </summary>
internal sealed class QuicFlows(QuicLimits limits)
{
    private Dictionary<FlowKey, QuicFlow> _current = [];
    private Dictionary<FlowKey, QuicFlow> _previous = [];
    private long _currentOldest = long.MaxValue;
    private long _previousOldest = long.MaxValue;
    private long _minute = -1;

    /// <summary>No later than the first frame of any flow; <see cref="long.MaxValue"/> when there is none.</summary>
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

    /// <summary>The flow, or a null reference. Valid until the next call of <see cref="Open"/>.</summary>
    public ref QuicFlow Find(scoped in FlowKey key, long atTicks)
    {
        ref var flow = ref CollectionsMarshal.GetValueRefOrNullRef(_current, key);
        if (Unsafe.IsNullRef(ref flow)) flow = ref CollectionsMarshal.GetValueRefOrNullRef(_previous, key);
        if (Unsafe.IsNullRef(ref flow) || Math.Abs(atTicks - flow.FirstTicks) <= limits.Lifetime.Ticks) return ref flow;
        return ref Unsafe.NullRef<QuicFlow>();
    }

    /// <summary>A flow that starts anew with this packet; of a live one it keeps what tells that a hello is sent again.</summary>
    public ref QuicFlow Open(scoped in FlowKey key, scoped in PacketHeader packet, IObservationSink sink)
    {
        ref var known = ref Find(key, packet.AtTicks);
        var flow = Unsafe.IsNullRef(ref known) ? new QuicFlow { FirstFrame = packet.ResumeFrame } : known;
        if (flow.HasConnection) flow.FirstFrame = flow.ConnectionFrame;
        flow.ConnectionFrame = packet.ResumeFrame;
        flow.FirstTicks = packet.AtTicks;
        _previous.Remove(key);
        if (_current.Count >= limits.MaxRememberedFlows && !_current.ContainsKey(key))
        {
            if (_previous.Count > 0) sink.Evicted(StateLimit.Flows);
            Rotate();
        }
        _currentOldest = Math.Min(_currentOldest, flow.FirstFrame);
        ref var opened = ref CollectionsMarshal.GetValueRefOrAddDefault(_current, key, out _);
        opened = flow;
        return ref opened;
    }

    private void Rotate()
    {
        (_current, _previous) = (_previous, _current);
        _current.Clear();
        (_previousOldest, _currentOldest) = (_currentOldest, long.MaxValue);
    }
}
