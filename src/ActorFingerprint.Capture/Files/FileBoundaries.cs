using System.Collections.Immutable;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// The files of one source in reading order; grows while the source is read and answers on any thread.
/// Only the newest <see cref="Kept"/> files are kept, so that a folder followed for years stays bounded.
/// </summary>
internal sealed class FileBoundaries
{
    /// <summary>Files remembered; far more than can lie between a frame's reading and its report.</summary>
    public const int Kept = 16_384;

    private ImmutableArray<FileBoundary> _files = [];

    /// <summary>The files so far, oldest first.</summary>
    public ImmutableArray<FileBoundary> Files => _files;

    /// <summary>Forgets them: the source is read again.</summary>
    public void Clear() => ImmutableInterlocked.InterlockedExchange(ref _files, []);

    /// <summary>Starts a file; <paramref name="firstFrame"/> never falls.</summary>
    public void Begin(string name, long firstFrame)
    {
        var files = _files.Length < Kept ? _files : _files.RemoveRange(0, Kept / 2);
        ImmutableInterlocked.InterlockedExchange(ref _files, files.Add(new FileBoundary(name, firstFrame)));
    }

    /// <summary>Finds the file of a frame that was already handed on; null when it lies before every remembered file.</summary>
    public FileFrame? Locate(long frame)
    {
        var files = _files;
        int low = 0, high = files.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (files[middle].FirstFrame <= frame) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : new FileFrame(files[low - 1].Name, frame - files[low - 1].FirstFrame + 1);
    }
}
