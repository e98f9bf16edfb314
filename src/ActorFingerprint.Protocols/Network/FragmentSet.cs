using System.Buffers;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols.Tracing;

namespace ActorFingerprint.Protocols.Network;

/// <summary>Names a datagram under assembly (RFC 791 §3.2, RFC 8200 §4.5) within its VLAN. The protocol takes part for IPv4 only.</summary>
internal readonly record struct FragmentKey(
    NetworkAddress Source, NetworkAddress Destination, uint Identification, ushort Vlan, byte Protocol);

/// <summary>
/// The bytes of one datagram that have come so far. Bytes that came first win; a later fragment fills holes only, and one that differs in
/// an overlap is reported.
/// </summary>
internal sealed class FragmentSet
{
    /// <summary>
    /// Separate runs of bytes in one datagram: a 64 KiB datagram over a 1,280-byte path, every other fragment missing, has 26.
    /// </summary>
    private const int MaxRuns = 32;

    private const int LargestDatagram = 65535;
    private const int SmallestBuffer = 4096;
    private const int KeptFrames = 64;

    private readonly (int Start, int End)[] _runs = new (int, int)[MaxRuns];
    private int _runCount;
    private int _total = -1;
    private byte[] _buffer = [];

    public FragmentKey Key { get; private set; }

    /// <summary>First frame that any of its bytes came from, through an outer datagram's fragments too.</summary>
    public long ResumeFrame { get; private set; }

    public long FirstTicks { get; private set; }

    /// <summary>Frames that its bytes came in, when a trace asks for them: the latest <see cref="FrameTrace.MaxFragments"/>.</summary>
    public List<long> Frames { get; } = [];

    /// <summary>IP protocol that the fragment at offset 0 named.</summary>
    public byte Protocol { get; private set; }

    /// <summary>Size of the buffer, bytes.</summary>
    public int BufferLength => _buffer.Length;

    public FragmentSet? Older { get; set; }

    public FragmentSet? Newer { get; set; }

    public bool IsComplete => _total >= 0 && _runCount == 1 && _runs[0] is (0, var end) && end == _total;

    /// <summary>The whole payload; only when <see cref="IsComplete"/>.</summary>
    public ReadOnlySpan<byte> Datagram => _buffer.AsSpan(0, _total);

    public void Open(in FragmentKey key, long atTicks)
    {
        Key = key;
        ResumeFrame = long.MaxValue;
        FirstTicks = atTicks;
        Protocol = key.Protocol;
        _runCount = 0;
        _total = -1;
        Frames.Clear();
    }

    /// <summary>A fragment of this frame brought something new.</summary>
    public void Note(FrameTrace trace, long frame)
    {
        trace.AddFramesOf(frame, Frames);
        if (Frames.Count > FrameTrace.MaxFragments) Frames.RemoveRange(0, Frames.Count - FrameTrace.MaxFragments);
    }

    /// <summary>Gives the buffer back, and the list of frames when it has grown.</summary>
    public void Close()
    {
        Frames.Clear();
        if (Frames.Capacity > KeptFrames) Frames.Capacity = 0;
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Older = null;
        Newer = null;
    }

    /// <summary>Adds a fragment. False when it contradicts the datagram, which is then beyond repair.</summary>
    /// <param name="position">Where it belongs.</param>
    /// <param name="data">Its bytes.</param>
    /// <param name="resumeFrame">First frame that they came from.</param>
    /// <param name="isNew">Set when it filled a hole or told where the datagram ends.</param>
    /// <param name="isOverlapDifferent">Set when bytes differ from those that came first; the datagram goes on with the first.</param>
    public bool TryAdd(
        in FragmentPosition position, ReadOnlySpan<byte> data, long resumeFrame, out bool isNew, out bool isOverlapDifferent)
    {
        isNew = false;
        isOverlapDifferent = false;
        ResumeFrame = Math.Min(ResumeFrame, resumeFrame);
        var end = position.Offset + data.Length;
        if (data.Length == 0 || end > LargestDatagram || (position.HasMore && data.Length % 8 != 0)) return false;
        if (!position.HasMore)
        {
            if ((_total >= 0 && _total != end) || (_runCount > 0 && _runs[_runCount - 1].End > end)) return false;
            isNew = _total < 0;
            _total = end;
        }
        if (_total >= 0 && end > _total) return false;
        if (position.Offset == 0) Protocol = position.Protocol;
        Reserve(end);
        isOverlapDifferent = !TryFillHoles(position.Offset, data, ref isNew);
        return TryMergeRun(position.Offset, end);
    }

    private void Reserve(int length)
    {
        if (length <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, SmallestBuffer));
        _buffer.CopyTo(larger, 0);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>False when bytes differ from those that are there. Sets <paramref name="isNew"/> when some were not.</summary>
    private bool TryFillHoles(int start, ReadOnlySpan<byte> data, ref bool isNew)
    {
        var isSame = true;
        var at = start;
        var end = start + data.Length;
        for (var i = 0; i < _runCount && at < end; i++)
        {
            var run = _runs[i];
            if (run.End <= at) continue;
            if (run.Start >= end) break;
            if (run.Start > at)
            {
                data[(at - start)..(run.Start - start)].CopyTo(_buffer.AsSpan(at));
                isNew = true;
                at = run.Start;
            }
            var overlapEnd = Math.Min(end, run.End);
            isSame &= data[(at - start)..(overlapEnd - start)].SequenceEqual(_buffer.AsSpan(at, overlapEnd - at));
            at = overlapEnd;
        }
        if (at >= end) return isSame;
        data[(at - start)..].CopyTo(_buffer.AsSpan(at));
        isNew = true;
        return isSame;
    }

    /// <summary>Joins the new run with those it touches; runs stay sorted and apart. False when there are too many.</summary>
    private bool TryMergeRun(int start, int end)
    {
        var first = 0;
        while (first < _runCount && _runs[first].End < start) first++;
        var last = first;
        while (last < _runCount && _runs[last].Start <= end)
        {
            start = Math.Min(start, _runs[last].Start);
            end = Math.Max(end, _runs[last].End);
            last++;
        }
        if (last == first && _runCount == MaxRuns) return false;
        Array.Copy(_runs, last, _runs, first + 1, _runCount - last);
        _runs[first] = (start, end);
        _runCount += 1 - (last - first);
        return true;
    }
}
