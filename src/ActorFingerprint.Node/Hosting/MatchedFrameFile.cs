using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Node.Configuration;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// The file of <c>scan --write</c>. It is made before the scan, so that a place that cannot be written to is told at once, filled by a second
/// reading of the captures, and removed again when it was not filled.
/// </summary>
internal sealed class MatchedFrameFile : IDisposable
{
    private const int BufferLength = 1 << 20;

    private readonly FileStream _file;
    private bool _isFilled;

    private MatchedFrameFile(FileStream file) => _file = file;

    /// <summary>Makes the file. Throws <see cref="IOException"/>, also when it is one of the captures.</summary>
    public static MatchedFrameFile Create(string path, IReadOnlyList<string> captures)
    {
        if (captures.Any(capture => string.Equals(Resolved(capture), Resolved(path), StringComparison.Ordinal)))
            throw new IOException($"--write {path}: is one of the captures that are read; name another file");
        try
        {
            return new MatchedFrameFile(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferLength));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--write {path}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Reads the captures again and writes the frames that matched. Returns how many.</summary>
    public async Task<long> WriteAsync(
        MatchedFrames matched, IReadOnlyList<string> captures, ActorFingerprintOptions options, TimeProvider time, CancellationToken stop)
    {
        await using var source = CaptureSources.Files(captures, follow: false, options, time);
        using var wanted = matched.InOrder().GetEnumerator();
        using var writer = new PcapngFileWriter(_file);
        var written = 0L;
        if (wanted.MoveNext())
        {
            var isOver = false;
            await foreach (var block in source.ReadAsync(null, stop))
            {
                using (block) isOver = !Write(block, wanted, writer, ref written);
                if (isOver) break;
            }
        }
        await _file.FlushAsync(stop);
        _isFilled = true;
        return written;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _file.Dispose();
        if (!_isFilled) File.Delete(_file.Name);
    }

    /// <summary>Writes what is wanted of a block; false when nothing more is wanted.</summary>
    private static bool Write(FrameBlock block, IEnumerator<(long Frame, string Comment)> wanted, PcapngFileWriter writer, ref long written)
    {
        while (wanted.Current.Frame < block.FirstFrame + block.Count)
        {
            var frame = block.Frames[(int)(wanted.Current.Frame - block.FirstFrame)];
            writer.Write(in frame, block.Buffer.AsSpan(frame.Offset, frame.Length), wanted.Current.Comment);
            written++;
            if (!wanted.MoveNext()) return false;
        }
        return true;
    }

    private static string Resolved(string path) =>
        File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path) : Path.GetFullPath(path);
}
