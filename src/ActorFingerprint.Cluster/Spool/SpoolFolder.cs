using System.Buffers.Binary;
using System.Globalization;
using ActorFingerprint.Engine.Journal;
using Microsoft.Win32.SafeHandles;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>The files of a spool: its lock, its segments, and the note of what is confirmed. All readable by their owner alone.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private const string LockName = "spool.lock";
    private const string ConfirmedName = "confirmed";
    private const int ConfirmedLength = 12;

    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly FileStream _confirmed;

    /// <summary>Takes the folder. Throws <see cref="IOException"/> when another process has it, or it cannot be made.</summary>
    public SpoolFolder(string folder)
    {
        _folder = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder);
        else Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            _lock = Open(LockName, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"the spool {_folder} is used by another process, or cannot be written: {error.Message}", error);
        }
        _confirmed = Open(ConfirmedName, FileMode.OpenOrCreate, FileShare.Read);
    }

    /// <summary>The segments there are, by position; opened.</summary>
    public IReadOnlyList<Segment> OpenSegments()
    {
        foreach (var unfinished in Directory.GetFiles(_folder, "*.new")) File.Delete(unfinished);
        return
        [
            .. Directory.GetFiles(_folder)
                .Select(path => (Path: path, IsSegment: Segment.TryReadName(path, out var first), First: first))
                .Where(file => file.IsSegment)
                .OrderBy(file => file.First)
                .Select(file => new Segment(file.Path, OpenHandle(file.Path, FileMode.Open), file.First)),
        ];
    }

    /// <summary>Makes a segment with its marks, durable with its name.</summary>
    public Segment Create(long first, byte[] marks)
    {
        var path = Path.Combine(_folder, Segment.NameOf(first));
        var file = OpenHandle(path, FileMode.Create);
        try
        {
            RandomAccess.Write(file, [SegmentFormat.Header(first), marks], 0);
            RandomAccess.FlushToDisk(file);
            FolderSync.Flush(_folder);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        var segment = new Segment(path, file, first);
        segment.Begin(SegmentFormat.HeaderLength + marks.Length);
        return segment;
    }

    /// <summary>A file beside a segment, to be written in its place; see <see cref="PutInPlace"/>.</summary>
    public static SafeFileHandle CreateBeside(Segment segment) => OpenHandle(segment.Path + ".new", FileMode.Create);

    /// <summary>Puts what <see cref="CreateBeside"/> made in a segment's place. The old file lives on through its handle alone.</summary>
    public static void PutInPlace(Segment segment, SafeFileHandle written)
    {
        RandomAccess.FlushToDisk(written);
        File.Move(segment.Path + ".new", segment.Path, overwrite: true);
    }

    /// <summary>Writes zeros over a file that was replaced, and lets it go.</summary>
    public void Wipe(SafeFileHandle replaced)
    {
        using (replaced)
        {
            FolderSync.Flush(_folder);
            var zeros = new byte[64 * 1024];
            var length = RandomAccess.GetLength(replaced);
            for (var at = 0L; at < length; at += zeros.Length)
                RandomAccess.Write(replaced, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - at)), at);
            RandomAccess.FlushToDisk(replaced);
        }
    }

    /// <summary>Deletes a segment. Its name may come back after a loss of power: it is confirmed then.</summary>
    public static void Delete(Segment segment)
    {
        segment.Dispose();
        File.Delete(segment.Path);
    }

    /// <summary>Position before which everything is confirmed, as last noted; 0 without a note or with one that is damaged.</summary>
    public long ReadConfirmed()
    {
        Span<byte> note = stackalloc byte[ConfirmedLength];
        if (RandomAccess.Read(_confirmed.SafeFileHandle, note, 0) != ConfirmedLength) return 0;
        var isWhole = BinaryPrimitives.ReadUInt32LittleEndian(note[8..]) == Crc32C.Of(note[..8]);
        return isWhole ? BinaryPrimitives.ReadInt64LittleEndian(note) : 0;
    }

    /// <summary>Notes it. Not flushed: after a loss of power some batches are published again, which does no harm.</summary>
    public void WriteConfirmed(long position)
    {
        Span<byte> note = stackalloc byte[ConfirmedLength];
        BinaryPrimitives.WriteInt64LittleEndian(note, position);
        BinaryPrimitives.WriteUInt32LittleEndian(note[8..], Crc32C.Of(note[..8]));
        RandomAccess.Write(_confirmed.SafeFileHandle, note, 0);
    }

    public void Dispose()
    {
        _confirmed.Dispose();
        _lock.Dispose();
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"spool {_folder}");

    private FileStream Open(string name, FileMode mode, FileShare share) => new(Path.Combine(_folder, name), Options(mode, share));

    /// <summary>
    /// A handle without the share lock of the runtime, since a file is opened anew while its old handle still serves a reader.
    /// </summary>
    private static SafeFileHandle OpenHandle(string path, FileMode mode)
    {
        var stream = new FileStream(path, Options(mode, FileShare.ReadWrite | FileShare.Delete));
        return stream.SafeFileHandle;
    }

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
