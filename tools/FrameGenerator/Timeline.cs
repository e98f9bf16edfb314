namespace ActorFingerprint.Tools.FrameGenerator;

/// <summary>One frame of the capture to be.</summary>
internal sealed class Frame(long atMicros, byte[] bytes)
{
    /// <summary>Capture time, microseconds since 1970-01-01 UTC.</summary>
    public long AtMicros => atMicros;

    /// <summary>What was on the wire.</summary>
    public byte[] Bytes => bytes;

    /// <summary>How many of <see cref="Bytes"/> the capture holds: less when the snap length cut it.</summary>
    public int CapturedLength { get; init; } = bytes.Length;

    /// <summary>1-based place in the capture; 0 until <see cref="Timeline.InOrder"/> has run.</summary>
    public int Number { get; set; }
}

/// <summary>Collects frames in any order and puts them in the order of their time.</summary>
internal sealed class Timeline
{
    private readonly List<Frame> _frames = [];

    /// <summary>Adds a frame; frames of one instant keep the order in which they were added.</summary>
    public Frame Add(long atMicros, byte[] bytes) => Add(new Frame(atMicros, bytes));

    /// <summary>Adds a frame made elsewhere.</summary>
    public Frame Add(Frame frame)
    {
        _frames.Add(frame);
        return frame;
    }

    /// <summary>All frames before <paramref name="endMicros"/> by time, numbered from 1. Frames at or after it stay unnumbered.</summary>
    public IReadOnlyList<Frame> InOrder(long endMicros = long.MaxValue)
    {
        var frames = _frames.Where(frame => frame.AtMicros < endMicros).OrderBy(frame => frame.AtMicros).ToArray();
        for (var i = 0; i < frames.Length; i++) frames[i].Number = i + 1;
        return frames;
    }
}
