using System.IO.Compression;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// Standard input, a pipe or a compressed file. Read once; compression is found by content (RFC 1952 magic). That data which ends early
/// is told from a good end rests on the process's switch <c>System.IO.Compression.UseStrictValidation</c> (Directory.Build.props).
/// </summary>
internal sealed class StreamBytes : ByteSource
{
    private readonly CountingStream _medium;
    private readonly Stream _bytes;
    private readonly bool _isPatient;

    private StreamBytes(CountingStream medium, Stream bytes, bool isPatient) =>
        (_medium, _bytes, _isPatient) = (medium, bytes, isPatient);

    public override long Taken => _medium.Taken;

    /// <summary>A compressed file, positioned at its first byte; owned.</summary>
    public static StreamBytes Compressed(Stream file)
    {
        var medium = new CountingStream(file, default);
        return new StreamBytes(medium, new GZipStream(medium, CompressionMode.Decompress), isPatient: false);
    }

    /// <summary>A stream whose reads may wait for ever; owned. Reads its first two bytes to find compression.</summary>
    public static async ValueTask<StreamBytes> OpenAsync(Stream stream, CancellationToken stop)
    {
        var magic = new byte[2];
        var known = 0;
        while (known < 2)
        {
            var read = await stream.ReadAsync(magic.AsMemory(known), stop).AsTask().WaitAsync(stop);
            if (read == 0) break;
            known += read;
        }
        var medium = new CountingStream(stream, magic.AsMemory(0, known));
        Stream bytes = known == 2 && IsGzip(magic) ? new GZipStream(medium, CompressionMode.Decompress) : medium;
        return new StreamBytes(medium, bytes, isPatient: true);
    }

    /// <summary>True for the first two bytes of a gzip member.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, ..];

    // A read that waits cannot always be interrupted (a terminal, a pipe), so the wait for it is: the buffer of an abandoned
    // read must then not go back to a pool. FrameBlockReader drops it.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop) =>
        _isPatient ? new ValueTask<int>(_bytes.ReadAsync(buffer, stop).AsTask().WaitAsync(stop)) : new(_bytes.Read(buffer.Span));

    public override ValueTask DisposeAsync() => _bytes.DisposeAsync();
}
