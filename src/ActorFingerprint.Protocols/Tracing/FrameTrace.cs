using System.Collections.Concurrent;

namespace ActorFingerprint.Protocols.Tracing;

/// <summary>
/// Remembers, for who wants to keep the packets behind observations, which frames a reassembled IP datagram came in. One for a whole
/// stream: written by its walk, read by its lanes.
/// </summary>
public sealed class FrameTrace
{
    /// <summary>Datagrams remembered; more than can be on their way to the lanes.</summary>
    public const int MaxDatagrams = 1 << 18;

    private readonly ConcurrentDictionary<long, long[]> _datagrams = new();
    private readonly Queue<long> _completed = new();

    /// <summary>Adds the frames in which a packet of this frame came: the frame alone, or all fragments of a datagram that it completed.</summary>
    public void AddFramesOf(long frame, ICollection<long> frames)
    {
        if (!_datagrams.TryGetValue(frame, out var fragments))
        {
            frames.Add(frame);
            return;
        }
        foreach (var fragment in fragments) frames.Add(fragment);
    }

    /// <summary>A datagram is complete with this frame. Called by the walk alone.</summary>
    internal void Complete(long frame, IEnumerable<long> fragments)
    {
        if (_completed.Count == MaxDatagrams) _datagrams.TryRemove(_completed.Dequeue(), out _);
        if (!_datagrams.ContainsKey(frame)) _completed.Enqueue(frame);
        _datagrams[frame] = [.. fragments];
    }
}
