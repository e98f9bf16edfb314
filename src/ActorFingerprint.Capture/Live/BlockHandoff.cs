using System.Threading.Channels;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Live;

/// <summary>
/// Hands frames from a capture thread that cannot wait to a reader. Frames gather in an open block; between two rounds of the
/// capture thread the reader may take it as it is, so a frame waits no longer than its round, and a slow reader gets fuller
/// blocks instead of more. When the full ones reach their limit, frames are dropped and counted.
/// </summary>
/// <param name="maxWaiting">Full blocks that may wait.</param>
/// <param name="blockLength">Bytes per block: at least the longest frame.</param>
/// <param name="maxFrames">Frames per block.</param>
internal sealed class BlockHandoff(int maxWaiting, int blockLength, int maxFrames) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<FrameBlock> _full = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private FrameBlock? _open;
    private FrameBlock? _current;
    private int _used;
    private long _frames;
    private long _bytes;
    private long _dropped;

    /// <summary>Frames taken in.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Bytes of them.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Frames dropped because the reader was too slow.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Capture thread: copies a frame in. False when it was dropped.</summary>
    public bool TryAdd(ReadOnlySpan<byte> frame, int wireLength, LinkType linkType, long atTicks)
    {
        var block = _current ?? Reopen();
        if (block.Count == maxFrames || _used + frame.Length > blockLength)
        {
            if (!TryQueue(block))
            {
                Volatile.Write(ref _dropped, _dropped + 1);
                return false;
            }
            block = Reopen();
        }
        frame.CopyTo(block.Buffer.AsSpan(_used));
        block.Add(new FrameRecord(_used, frame.Length, Math.Max(wireLength, frame.Length), linkType, atTicks));
        _used += frame.Length;
        Volatile.Write(ref _frames, _frames + 1);
        Volatile.Write(ref _bytes, _bytes + frame.Length);
        return true;
    }

    /// <summary>Capture thread, at the end of a round: the reader may take what is there.</summary>
    public void Publish()
    {
        if (_current is null) return;
        lock (_gate) (_open, _current) = (_current, null);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Capture thread, at its end: the reader gets the rest, then the end or the error.</summary>
    public void Complete(Exception? error)
    {
        Publish();
        _signal.Writer.TryComplete(error);
    }

    /// <summary>Reader: the next block, which it disposes; null at the end. Throws the error that ended the capture.</summary>
    public async ValueTask<FrameBlock?> TakeAsync()
    {
        while (true)
        {
            if (TryTake() is { } block) return block;
            if (!await _signal.Reader.WaitToReadAsync()) return TryTake();
            _signal.Reader.TryRead(out _);
        }
    }

    /// <summary>Gives back what nobody took; only once the capture thread has ended.</summary>
    public void Dispose()
    {
        _current?.Dispose();
        while (TryTake() is { } block) block.Dispose();
    }

    private FrameBlock Reopen()
    {
        lock (_gate) (_current, _open) = (_open, null);
        if (_current is not null) return _current;
        _used = 0;
        return _current = new FrameBlock(blockLength, maxFrames, _frames + 1);
    }

    private bool TryQueue(FrameBlock block)
    {
        lock (_gate)
        {
            if (_full.Count >= maxWaiting) return false;
            _full.Enqueue(block);
            _current = null;
        }
        _signal.Writer.TryWrite(true);
        return true;
    }

    private FrameBlock? TryTake()
    {
        lock (_gate)
        {
            if (_full.TryDequeue(out var full)) return full;
            var open = _open;
            _open = null;
            return open;
        }
    }
}
