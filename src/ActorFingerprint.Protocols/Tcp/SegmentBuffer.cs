using System.Buffers;

namespace ActorFingerprint.Protocols.Tcp;

/// <summary>
/// Bytes of one direction of a TCP stream inside a window of <see cref="Window"/> bytes, in any order of arrival, with gaps.
/// Where segments overlap the copy that came first wins. Sequence numbers wrap (RFC 9293 §3.4).
/// </summary>
internal sealed class SegmentBuffer
{
    /// <summary>Bytes that the buffer covers at most.</summary>
    public const int Window = 64 * 1024;

    /// <summary>Separate runs of bytes that it keeps at most.</summary>
    public const int MaxRuns = 512;

    private const int SmallestBuffer = 2048;

    private readonly List<(int Start, int End)> _runs = [];
    private byte[] _bytes = [];
    private uint _base;

    /// <summary>Bytes of memory held.</summary>
    public int Footprint => _bytes.Length;

    /// <summary>Nothing is held.</summary>
    public bool IsEmpty => _runs.Count == 0;

    /// <summary>
    /// Adds the bytes at <paramref name="sequence"/>. False, and nothing changed, when they lie outside the window or would
    /// make too many separate runs.
    /// </summary>
    public bool TryAdd(uint sequence, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return true;
        if (IsEmpty) _base = sequence;
        var start = unchecked((int)(sequence - _base));
        if (start < 0) return TryAddBefore(sequence, bytes, -(long)start);
        if (start > Window - bytes.Length) return false;
        return TryInsert(start, bytes);
    }

    /// <summary>The bytes held without a gap from <paramref name="sequence"/> on; empty when that byte is missing.</summary>
    public ReadOnlySpan<byte> Contiguous(uint sequence)
    {
        var at = unchecked((int)(sequence - _base));
        foreach (var (start, end) in _runs)
            if (start <= at && at < end) return _bytes.AsSpan(at, end - at);
        return default;
    }

    /// <summary>Forgets everything and returns the memory.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _runs.Clear();
    }

    private bool TryAddBefore(uint sequence, ReadOnlySpan<byte> bytes, long distance)
    {
        var extent = _runs[^1].End;
        if (distance + extent > Window) return false;
        if (bytes.Length > Window || (_runs.Count >= MaxRuns && bytes.Length < distance)) return false;
        var shift = (int)distance;
        EnsureLength(shift + extent);
        _bytes.AsSpan(0, extent).CopyTo(_bytes.AsSpan(shift));
        for (var i = 0; i < _runs.Count; i++) _runs[i] = (_runs[i].Start + shift, _runs[i].End + shift);
        _base = sequence;
        return TryInsert(0, bytes);
    }

    private bool TryInsert(int start, ReadOnlySpan<byte> bytes)
    {
        var end = start + bytes.Length;
        var first = 0;
        while (first < _runs.Count && _runs[first].End < start) first++;
        var last = first;
        while (last < _runs.Count && _runs[last].Start <= end) last++;
        if (first == last && _runs.Count >= MaxRuns) return false;
        EnsureLength(end);
        var merged = (Start: start, End: end);
        var gap = start;
        for (var i = first; i < last; i++)
        {
            if (gap < _runs[i].Start) bytes[(gap - start)..(_runs[i].Start - start)].CopyTo(_bytes.AsSpan(gap));
            gap = Math.Max(gap, _runs[i].End);
            merged = (Math.Min(merged.Start, _runs[i].Start), Math.Max(merged.End, _runs[i].End));
        }
        if (gap < end) bytes[(gap - start)..].CopyTo(_bytes.AsSpan(gap));
        _runs.RemoveRange(first, last - first);
        _runs.Insert(first, merged);
        return true;
    }

    private void EnsureLength(int length)
    {
        if (_bytes.Length >= length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, length));
        _bytes.AsSpan().CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
