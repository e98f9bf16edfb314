namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// The bytes of a file, up to a limit: whatever a small archive unpacks to, no more is read. Faults of the file come out as
/// <see cref="SignatureImportException"/>.
/// </summary>
internal sealed class BoundedStream(Stream source, string name, long limit) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var count = ReadSource(buffer);
        _read += count;
        if (_read > limit)
            throw new SignatureImportException($"{name}: more than {limit >> 20} MiB when unpacked: import it in parts");
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }

    private int ReadSource(Span<byte> buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (InvalidDataException error)
        {
            throw new SignatureImportException($"{name}: the gzip data is damaged: fetch the file again ({error.Message})", error);
        }
        catch (IOException error)
        {
            throw new SignatureImportException($"{name}: cannot be read: {error.Message}", error);
        }
    }
}
