namespace ActorFingerprint.Capture.Files;

/// <summary>The bytes of one capture, front to back.</summary>
internal abstract class ByteSource : IAsyncDisposable
{
    /// <summary>True when <see cref="TryReadAt"/> and <see cref="Seek"/> work.</summary>
    public virtual bool CanSeek => false;

    /// <summary>True when <see cref="WaitForMoreAsync"/> may wait: the capture is still written.</summary>
    public virtual bool CanGrow => false;

    /// <summary>Bytes taken from the medium so far: of a compressed file, the compressed ones.</summary>
    public abstract long Taken { get; }

    /// <summary>Reads what there is, up to the whole buffer; 0 when there is nothing more now.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop);

    /// <summary>After a read of 0: waits until more may have come (true), or says that this was the end (false).</summary>
    public virtual ValueTask<bool> WaitForMoreAsync(CancellationToken stop) => ValueTask.FromResult(false);

    /// <summary>Reads elsewhere, whole or not at all; the next <see cref="ReadAsync"/> is not touched by it.</summary>
    public virtual bool TryReadAt(long offset, Span<byte> buffer) => throw new NotSupportedException();

    /// <summary>Continues at a byte offset.</summary>
    public virtual void Seek(long offset) => throw new NotSupportedException();

    /// <summary>Closes the medium.</summary>
    public abstract ValueTask DisposeAsync();
}
