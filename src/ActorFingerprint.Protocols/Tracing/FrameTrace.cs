using System.Collections.Concurrent;

namespace ActorFingerprint.Protocols.Tracing;

/// <summary>
/// Remembers, for who wants to keep the packets behind observations, which frames a reassembled IP datagram came in. One for a whole
/// stream: written by its walk, read by its lanes when they get the packet. The oldest datagrams go first, at either limit.
/// </summary>
public sealed class FrameTrace
{
    /// <summary>Datagrams remembered; more than can be on their way to the lanes.</summary>
    public const int MaxDatagrams = 1 << 18;

    /// <summary>
    /// Frames of all datagrams remembered, 8 bytes each: what can be under assembly in 4 MiB of fragments of 8 bytes and as much again.
    /// </summary>
    public const int MaxFrames = 1 << 20;

    /// <summary>Frames of one datagram, the latest: 64 KiB in fragments of 8 bytes.</summary>
    public const int MaxFragments = 8192;

    private readonly ConcurrentDictionary<long, long[]> _datagrams = new();
    private readonly Queue<long> _completed = new();
    private long _frames;

    /// <summary>Adds the frames in which a packet of this frame came: the frame alone, or all fragments of a datagram that it completed.</summary>
    public void AddFramesOf(long frame, ICollection<long> frames)
    {
        if (FragmentsOf(frame) is not { } fragments)
        {
            frames.Add(frame);
            return;
        }
        foreach (var fragment in fragments) frames.Add(fragment);
    }

    /// <summary>Frames of the datagram that this frame completed; null when it completed none that is remembered.</summary>
    internal long[]? FragmentsOf(long frame) => _datagrams.GetValueOrDefault(frame);

    /// <summary>A datagram is complete with this frame. Called by the walk alone.</summary>
    internal void Complete(long frame, IEnumerable<long> fragments)
    {
        if (_datagrams.TryGetValue(frame, out var outer)) _frames -= outer.Length;
        else _completed.Enqueue(frame);
        long[] all = [.. fragments];
        _datagrams[frame] = all;
        _frames += all.Length;
        while ((_completed.Count > MaxDatagrams || _frames > MaxFrames) && _datagrams.TryRemove(_completed.Dequeue(), out var oldest))
            _frames -= oldest.Length;
    }
}
