namespace ActorFingerprint.Capture.Files;

/// <summary>An uncompressed, seekable file read with positioned reads straight into the caller's buffer.</summary>
/// <param name="file">Opened for reading; owned.</param>
/// <param name="growth">Waits at the end of a file that is still written; null for a finished file.</param>
internal sealed class PlainFile(FileStream file, IFileGrowth? growth) : ByteSource
{
    private long _offset;

    public override bool CanSeek => true;

    public override bool CanGrow => growth is not null;

    public override long Taken => _offset;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
    {
        var read = RandomAccess.Read(file.SafeFileHandle, buffer.Span, _offset);
        _offset += read;
        return new ValueTask<int>(read);
    }

    public override ValueTask<bool> WaitForMoreAsync(CancellationToken stop) =>
        growth is null ? ValueTask.FromResult(false) : growth.WaitAsync(() => RandomAccess.GetLength(file.SafeFileHandle) > _offset, stop);

    public override bool TryReadAt(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, buffer, offset);
            if (read == 0) return false;
            offset += read;
            buffer = buffer[read..];
        }
        return true;
    }

    public override void Seek(long offset) => _offset = offset;

    public override ValueTask DisposeAsync() => file.DisposeAsync();
}

/// <summary>Waits at the present end of a file that another program still writes.</summary>
internal interface IFileGrowth
{
    /// <summary>True as soon as <paramref name="hasMore"/> holds; false once the file is final and it still does not.</summary>
    ValueTask<bool> WaitAsync(Func<bool> hasMore, CancellationToken stop);
}
