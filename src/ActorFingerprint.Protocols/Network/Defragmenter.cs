using ActorFingerprint.Protocols.Tracing;

namespace ActorFingerprint.Protocols.Network;

/// <summary>What a fragment did.</summary>
internal enum FragmentResult : byte
{
    /// <summary>Kept until the others come.</summary>
    Held,
    /// <summary>The last piece: <see cref="Defragmenter.Datagram"/> is whole.</summary>
    Completed,
    /// <summary>It contradicts its datagram, which was dropped.</summary>
    Refused,
}

/// <summary>
/// Puts IPv4 and IPv6 fragments together in any order, within <see cref="DefragmentOptions"/>: oldest datagrams go first, at a limit or
/// past their time. What it does depends on the fragments and their frame times alone. Overlaps: the bytes that came first win.
/// </summary>
internal sealed class Defragmenter(DefragmentOptions options, FrameTrace? trace = null)
{
    private readonly Dictionary<FragmentKey, FragmentSet> _sets = [];
    private readonly Stack<FragmentSet> _spare = new();
    private readonly long _maxAgeTicks = options.MaxAge.Ticks;
    private FragmentSet? _oldest;
    private FragmentSet? _newest;
    private FragmentSet? _completed;
    private int _bytes;

    /// <summary>The datagram that the last <see cref="Add"/> completed; valid until the next.</summary>
    public ReadOnlySpan<byte> Datagram => _completed is null ? default : _completed.Datagram;

    /// <summary>IP protocol of <see cref="Datagram"/>.</summary>
    public byte DatagramProtocol => _completed?.Protocol ?? 0;

    /// <summary>First frame that any of its bytes came from.</summary>
    public long DatagramResumeFrame => _completed?.ResumeFrame ?? long.MaxValue;

    /// <summary>First frame that any byte under assembly came from, or <see cref="long.MaxValue"/>.</summary>
    public long OldestOpenFrame
    {
        get
        {
            var oldest = long.MaxValue;
            for (var set = _oldest; set is not null; set = set.Newer) oldest = Math.Min(oldest, set.ResumeFrame);
            return oldest;
        }
    }

    /// <summary>Adds one fragment, whose bytes are copied.</summary>
    public FragmentResult Add(
        in PacketHeader header, in FragmentPosition position, ReadOnlySpan<byte> data, WalkCounters counters)
    {
        var previous = _completed;
        _completed = null;
        Advance(header.AtTicks, counters);

        var key = new FragmentKey(
            header.Source, header.Destination, position.Identification, header.Vlan, header.Source.IsV4 ? position.Protocol : (byte)0);
        if (!_sets.TryGetValue(key, out var set)) set = Open(key, header, counters);
        _bytes -= set.BufferLength;
        var isSound = set.TryAdd(position, data, header.ResumeFrame, out var isNew, out var isOverlapDifferent);
        _bytes += set.BufferLength;
        if (isNew && trace is not null) set.Note(trace, header.Frame);
        if (isOverlapDifferent) counters.Fault(Malformed.IpFragment);
        if (previous is not null) Recycle(previous); // only now: data may lie in its buffer

        if (!isSound)
        {
            Remove(set);
            Recycle(set);
            return FragmentResult.Refused;
        }
        if (set.IsComplete)
        {
            Remove(set);
            _completed = set;
            trace?.Complete(header.Frame, set.Frames);
            return FragmentResult.Completed;
        }
        while (_bytes > options.MaxBytes) Evict(StateLimit.Bytes, counters);
        return FragmentResult.Held;
    }

    /// <summary>Gives up datagrams whose first fragment is further than the age limit from <paramref name="atTicks"/>.</summary>
    public void Advance(long atTicks, WalkCounters counters)
    {
        while (_oldest is { } oldest && Math.Abs(atTicks - oldest.FirstTicks) > _maxAgeTicks) Evict(StateLimit.Time, counters);
    }

    private FragmentSet Open(in FragmentKey key, in PacketHeader header, WalkCounters counters)
    {
        while (_sets.Count >= options.MaxDatagrams) Evict(StateLimit.Flows, counters);
        if (!_spare.TryPop(out var set)) set = new FragmentSet();
        set.Open(key, header.AtTicks);
        _sets.Add(key, set);
        set.Older = _newest;
        if (_newest is null) _oldest = set;
        else _newest.Newer = set;
        _newest = set;
        return set;
    }

    private void Evict(StateLimit limit, WalkCounters counters)
    {
        var set = _oldest!;
        Remove(set);
        Recycle(set);
        counters.Evicted(limit);
    }

    private void Remove(FragmentSet set)
    {
        _sets.Remove(set.Key);
        _bytes -= set.BufferLength;
        if (set.Older is null) _oldest = set.Newer;
        else set.Older.Newer = set.Newer;
        if (set.Newer is null) _newest = set.Older;
        else set.Newer.Older = set.Older;
    }

    private void Recycle(FragmentSet set)
    {
        set.Close();
        _spare.Push(set);
    }
}
