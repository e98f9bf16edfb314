using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Files;

/// <summary>The captures of one source, in reading order.</summary>
internal abstract class CaptureFiles
{
    /// <summary>Sum of the sizes when all files are known, bytes; else 0.</summary>
    public virtual long TotalBytes => 0;

    /// <summary>True when a position in one of them can be found again.</summary>
    public virtual bool CanResume => true;

    /// <summary>Name of the first file, where it may be gone later; else null.</summary>
    public virtual string? Beginning => null;

    /// <summary>False when the file of a position, or without one the file that a reading began with, is gone.</summary>
    public virtual bool Holds(FilePosition? from, string? beginning) => true;

    /// <summary>A file that is no capture is passed over with a warning (a folder) or ends the source (a named file).</summary>
    public virtual bool SkipsForeignFiles => false;

    /// <summary>Yields the captures from a position on. Throws <see cref="CaptureException"/> when it names another file.</summary>
    public abstract IAsyncEnumerable<CaptureFile> ReadAsync(FilePosition? from, CancellationToken stop);
}

/// <summary>One capture of a source.</summary>
/// <param name="Index">0-based place in the source.</param>
/// <param name="Name">File name without its folder.</param>
/// <param name="Path">What errors name.</param>
/// <param name="OpenAsync">Opens its bytes.</param>
internal sealed record CaptureFile(int Index, string Name, string Path, Func<CancellationToken, ValueTask<ByteSource>> OpenAsync)
{
    /// <summary>A file on disk; <paramref name="growth"/> when it may still be written.</summary>
    public static CaptureFile OnDisk(int index, string path, IFileGrowth? growth = null) =>
        new(index, System.IO.Path.GetFileName(path), path, stop => OpenFileAsync(path, growth, stop));

    private static async ValueTask<ByteSource> OpenFileAsync(string path, IFileGrowth? growth, CancellationToken stop)
    {
        var file = CaptureErrors.Opening(path, () => new FileStream(path, new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        }));
        if (!file.CanSeek) return await StreamBytes.OpenAsync(file, stop);
        const int MagicLength = 2;
        if (growth is not null) await growth.WaitAsync(() => file.Length >= MagicLength, stop);
        var magic = new byte[MagicLength];
        var read = RandomAccess.Read(file.SafeFileHandle, magic, 0);
        return StreamBytes.IsGzip(magic.AsSpan(0, read)) ? StreamBytes.Compressed(file) : new PlainFile(file, growth);
    }
}
