using System.Buffers;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine.Capture;

/// <summary>Where one frame sits in its block's buffer.</summary>
/// <param name="Offset">First byte in <see cref="FrameBlock.Buffer"/>.</param>
/// <param name="Length">Captured length, bytes.</param>
/// <param name="WireLength">Length on the wire, bytes; at least <paramref name="Length"/>.</param>
/// <param name="LinkType">Link type of the frame's interface.</param>
/// <param name="AtTicks">Capture time, UTC ticks.</param>
public readonly record struct FrameRecord(int Offset, int Length, int WireLength, LinkType LinkType, long AtTicks);

/// <summary>
/// A run of consecutive frames in one pooled buffer: what crosses the capture port. The source fills it, the engine disposes
/// it once every frame was walked; nothing may keep a span of it after that.
/// </summary>
public sealed class FrameBlock : IDisposable
{
    private byte[]? _buffer;
    private FrameRecord[]? _frames;

    /// <summary>Rents a block for at least these sizes.</summary>
    public FrameBlock(int bufferLength, int maxFrames, long firstFrame)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(bufferLength);
        _frames = ArrayPool<FrameRecord>.Shared.Rent(maxFrames);
        FirstFrame = firstFrame;
    }

    /// <summary>The bytes; frames point into it.</summary>
    public byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(FrameBlock));

    /// <summary>1-based number of the first frame within the source (across all its files).</summary>
    public long FirstFrame { get; }

    /// <summary>How many frames the block holds.</summary>
    public int Count { get; private set; }

    /// <summary>True when <see cref="Add"/> has no room.</summary>
    public bool IsFull => Count == _frames!.Length;

    /// <summary>The frames in capture order.</summary>
    public ReadOnlySpan<FrameRecord> Frames => _frames.AsSpan(0, Count);

    /// <summary>Where a source can start again to read the frame after this block; null when it cannot (live, standard input).</summary>
    public SourcePosition? Next { get; set; }

    /// <summary>The source had no more when it handed this on: what comes of it must not wait for the next block.</summary>
    public bool IsLastForNow { get; set; }

    /// <summary>Adds a frame whose bytes are already in <see cref="Buffer"/>.</summary>
    public void Add(FrameRecord frame) => _frames![Count++] = frame;

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        if (Interlocked.Exchange(ref _frames, null) is { } frames) ArrayPool<FrameRecord>.Shared.Return(frames);
    }
}

/// <summary>A place in a file source from which reading can start again.</summary>
/// <param name="Frame">1-based number of the next frame.</param>
/// <param name="Token">The source's own words for the place (file, byte offset, interface table); opaque to the engine.</param>
public sealed record SourcePosition(long Frame, string Token);
