namespace ActorFingerprint.Capture.Files;

/// <summary>Gives back a few bytes that were read ahead, then the rest, and counts them all.</summary>
/// <param name="inner">The rest; owned.</param>
/// <param name="head">Bytes already taken from it.</param>
internal sealed class CountingStream(Stream inner, ReadOnlyMemory<byte> head) : Stream
{
    private ReadOnlyMemory<byte> _head = head;
    private long _taken;

    /// <summary>Bytes handed out so far; read on any thread.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => Taken; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => Count(_head.IsEmpty ? inner.Read(buffer) : ReadHead(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(_head.IsEmpty ? await inner.ReadAsync(buffer, cancellationToken) : ReadHead(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int ReadHead(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, _head.Length);
        _head.Span[..length].CopyTo(buffer);
        _head = _head[length..];
        return length;
    }

    private int Count(int read)
    {
        Volatile.Write(ref _taken, _taken + read);
        return read;
    }
}
