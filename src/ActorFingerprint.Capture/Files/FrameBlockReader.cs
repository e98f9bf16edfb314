using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// Cuts one capture into blocks. A block is filled whole before it is handed on, so the same bytes always give the same
/// blocks, whatever medium they come from; only the end of a file that is still written gives smaller ones.
/// </summary>
internal sealed class FrameBlockReader(ByteSource bytes, FileCaptureOptions options)
{
    private RecordReader? _records;
    private byte[] _tail = [];
    private int _tailLength;
    private int _needed = CaptureFormat.HeadLength;
    private long _skipTo;
    private bool _hasEnded;
    private string? _damage;

    /// <summary>Offset in the (unpacked) capture of the first byte that no block holds yet.</summary>
    public long Offset { get; private set; }

    /// <summary>What a reader that starts again at <see cref="Offset"/> must know.</summary>
    public RecordContext Context => _records?.Context ?? default;

    /// <summary>Captured bytes of the frames of the last block.</summary>
    public long FrameBytes => _records?.FrameBytes ?? 0;

    /// <summary>Why this is no capture at all; set with the end.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What was odd at the end, and where; null when the capture ended well.</summary>
    public string? Warning { get; private set; }

    /// <summary>Goes to where an earlier reader of the same capture stood; false when the bytes do not fit.</summary>
    public bool TryContinueAt(long offset, RecordContext context)
    {
        _skipTo = offset;
        if (!bytes.CanSeek) return true; // read again up to there
        if (!ResumedRecords.TryOpen(bytes, offset, context, out _records)) return false;
        bytes.Seek(offset);
        (Offset, _needed) = (offset, 0);
        return true;
    }

    /// <summary>The next block, numbered from <paramref name="firstFrame"/>; null at the end. The caller disposes it.</summary>
    public async ValueTask<FrameBlock?> NextAsync(long firstFrame, CancellationToken stop)
    {
        while (!_hasEnded)
        {
            stop.ThrowIfCancellationRequested();
            var length = Math.Max(options.BlockLength, _needed);
            if (Offset < _skipTo) length = (int)Math.Min(length, Math.Max(_tailLength, _skipTo - Offset));
            var block = new FrameBlock(length, options.MaxFramesPerBlock, firstFrame);
            _tail.AsSpan(0, _tailLength).CopyTo(block.Buffer);
            // When this wait is cancelled a pending read may still write into the buffer: the block is left to the collector.
            var filled = await FillAsync(block.Buffer.AsMemory(0, length), _tailLength, stop);
            var isSkipping = Offset < _skipTo;
            TakeFrames(block, filled);
            block.IsLastForNow = bytes.CanGrow && filled < length;
            if (block.Count > 0 && !isSkipping) return block;
            block.Dispose();
            var isStarved = !_hasEnded && filled < length && _needed > 0;
            if (isStarved && !(_damage is null && await bytes.WaitForMoreAsync(stop))) End();
        }
        return null;
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer, int filled, CancellationToken stop)
    {
        try
        {
            while (filled < buffer.Length && _damage is null)
            {
                var read = await bytes.ReadAsync(buffer[filled..], stop);
                if (read == 0) break;
                filled += read;
            }
        }
        catch (InvalidDataException error)
        {
            _damage = $"damaged gzip data ({error.Message.TrimEnd('.')})";
        }
        return filled;
    }

    private void TakeFrames(FrameBlock block, int filled)
    {
        var at = 0;
        if (_records is null)
        {
            var head = block.Buffer.AsSpan(0, filled);
            if (filled < CaptureFormat.HeadLength && (head.Length < 4 || CaptureFormat.Matches(head)))
            {
                Keep(head, CaptureFormat.HeadLength);
                return;
            }
            if (!CaptureFormat.TryOpen(head, out _records, out at, out var refusal))
            {
                (Refusal, _hasEnded) = (refusal, true);
                return;
            }
        }
        at = _records.Read(block, at, filled, options.MaxFramesPerBlock);
        Keep(block.Buffer.AsSpan(at, filled - at), _records.Needed);
        Offset += at;
        if (_records.Fault is null) return;
        (Warning, _hasEnded) = ($"{_records.Fault} at byte {Offset}: the rest of the file is left out", true);
    }

    private void Keep(ReadOnlySpan<byte> tail, int needed)
    {
        if (_tail.Length < tail.Length) _tail = new byte[Math.Max(tail.Length, 64 << 10)];
        tail.CopyTo(_tail);
        (_tailLength, _needed) = (tail.Length, needed);
    }

    private void End()
    {
        _hasEnded = true;
        if (_records is null) Refusal = _damage is null ? CaptureFormat.Refusal(_tail.AsSpan(0, _tailLength)) : $"begins with {_damage}";
        else if (_damage is not null) Warning = $"{_damage} after byte {Offset + _tailLength}: the rest of the file is left out";
        else if (_tailLength > 0) Warning = $"cut off at byte {Offset + _tailLength}, inside the record that begins at byte {Offset}";
    }
}
