namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>A pipe that gives a few bytes at a time, and may wait for ever at its end.</summary>
internal sealed class TricklingStream(byte[] bytes) : Stream
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _at;

    public bool EndsNever { get; init; }

    public Task IsWaiting => _waiting.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var length = Math.Min(Math.Min(count, 1 + _at % 13), bytes.Length - _at);
        bytes.AsSpan(_at, length).CopyTo(buffer.AsSpan(offset));
        _at += length;
        return length;
    }

    // Deaf to cancellation, as a terminal is.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = new byte[buffer.Length];
        var read = Read(part, 0, part.Length);
        part.AsMemory(0, read).CopyTo(buffer);
        if (read > 0 || !EndsNever) return read;
        _waiting.TrySetResult();
        await Task.Delay(Timeout.Infinite, CancellationToken.None);
        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
