using Microsoft.Win32.SafeHandles;

namespace ActorFingerprint.Node.Cli;

/// <summary>The reader of standard output has gone away, as <c>head</c> does: the work ends, and nobody is there to tell.</summary>
public sealed class OutputClosedException(Exception inner) : IOException("standard output: nobody reads it any more", inner);

/// <summary>Standard output or error of the process: names itself in errors; the error stream never fails at all.</summary>
internal sealed class StandardStream(Stream inner, bool mustArrive) : Stream
{
    private const int BrokenPipe = 32; // EPIPE

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Standard output. A pipe is written as a file, since the runtime's console stream hides that its reader has gone; a file or a terminal
    /// is left to the console stream, which keeps the place in a file that others write, too.
    /// </summary>
    public static Stream Output()
    {
        try
        {
            if (Console.IsOutputRedirected && !OperatingSystem.IsWindows())
            {
                var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                if (!file.CanSeek) return new StandardStream(file, mustArrive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // it is closed: the first write says so
        }
        return new StandardStream(Console.OpenStandardOutput(), mustArrive: true);
    }

    /// <summary>Standard error: what cannot be said is not said.</summary>
    public static Stream Error() => new StandardStream(Console.OpenStandardError(), mustArrive: false);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!mustArrive) return;
            if (error.HResult == BrokenPipe) throw new OutputClosedException(error);
            throw new IOException($"standard output cannot be written: {error.Message}", error);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
