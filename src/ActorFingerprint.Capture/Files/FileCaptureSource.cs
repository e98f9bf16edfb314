using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// Captures that were written before, or are being written: pcap and pcapng, plain or gzip (found by content), from named
/// files, a followed folder or a stream. Several files are one source; frames are numbered through all of them.
/// </summary>
public sealed class FileCaptureSource : ICaptureSource
{
    private readonly CaptureFiles _files;
    private readonly FileCaptureOptions _options;
    private readonly CaptureWarnings _warnings = new();
    private readonly FileBoundaries _boundaries = new();
    private long _frames;
    private long _bytes;
    private long _takenBefore;
    private ByteSource? _reading;
    private int _isReading;

    private FileCaptureSource(string name, CaptureFiles files, FileCaptureOptions? options) =>
        (Name, _files, _options) = (name, files, (options ?? new FileCaptureOptions()).Checked());

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLossless => true;

    /// <inheritdoc/>
    public bool CanResume => _files.CanResume;

    /// <inheritdoc/>
    public string? Beginning => _files.Beginning;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => _warnings.Lines;

    /// <summary>The files read so far, in order (the newest 16,384 at most); also while reading, from any thread.</summary>
    public IReadOnlyList<FileBoundary> Boundaries => _boundaries.Files;

    /// <inheritdoc/>
    public CaptureCounters Counters =>
        new(Volatile.Read(ref _frames), Volatile.Read(ref _bytes), 0, 0, 0, _files.TotalBytes)
        {
            SourceBytes = Volatile.Read(ref _takenBefore) + (Volatile.Read(ref _reading)?.Taken ?? 0),
        };

    /// <summary>
    /// Named files, read in this order; at least one. Throws <see cref="CaptureException"/> when one is missing, forbidden or
    /// no capture.
    /// </summary>
    public static FileCaptureSource FromFiles(IReadOnlyList<string> paths, FileCaptureOptions? options = null) =>
        new(NameOf(paths), new NamedFiles(paths), options);

    /// <summary>
    /// A folder that captures are rotated into. Reads until cancelled; the newest file is read as it grows, so blocks may be
    /// small. Only names with a part <c>.pcap…</c> or <c>.cap</c> count; others there are passed over.
    /// </summary>
    public static FileCaptureSource FromFolder(string path, IFolderWatch watch, FileCaptureOptions? options = null) =>
        Directory.Exists(path)
            ? new FileCaptureSource(new DirectoryInfo(path).Name, new FollowedFolder(path, watch), options)
            : throw CaptureErrors.Unavailable($"{path}: no such folder");

    /// <summary>A stream that is read once, such as standard input; owned by the source once it is read. It cannot resume.</summary>
    public static FileCaptureSource FromStream(Stream stream, string name, FileCaptureOptions? options = null) =>
        new(name, new StreamInput(stream, name), options);

    /// <inheritdoc/>
    public bool Holds(SourcePosition? from, string? beginning)
    {
        var place = from is not null && FilePosition.TryParse(from, out var parsed) ? parsed : null;
        if (_files.Holds(place, beginning)) return true;
        _warnings.Add($"{place?.Name ?? beginning}: is gone since; what is there is read as a new run, and its packets may count again");
        return false;
    }

    /// <summary>Which file a frame came from; null for one of a file forgotten long ago.</summary>
    public FileFrame? Locate(long frame) => _boundaries.Locate(frame);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FrameBlock> ReadAsync(SourcePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _isReading, 1) != 0) throw new InvalidOperationException($"{Name} has a reader already");
        try
        {
            (_frames, _bytes, _takenBefore) = (0, 0, 0);
            _boundaries.Clear();
            var place = from is null ? null : Parse(from);
            var next = from?.Frame ?? 1;
            await foreach (var file in _files.ReadAsync(place, stop).WithCancellation(stop))
            {
                // A folder's file may be gone since (Holds): then the frame numbers go on in the file after it.
                var resumed = place?.Name == file.Name ? place : null;
                place = null;
                await foreach (var block in ReadFileAsync(file, resumed, next, stop))
                {
                    next = block.FirstFrame + block.Count;
                    yield return block;
                }
            }
        }
        finally
        {
            _isReading = 0;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async IAsyncEnumerable<FrameBlock> ReadFileAsync(
        CaptureFile file, FilePosition? resumed, long next, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var bytes = await file.OpenAsync(stop);
        var reader = new FrameBlockReader(bytes, _options);
        if (resumed is not null && !reader.TryContinueAt(resumed.Offset, resumed.Context))
            throw CaptureErrors.Unavailable($"{file.Path}: cannot resume at byte {resumed.Offset}: not the file that was read before");
        var first = resumed?.FirstFrame ?? next;
        _boundaries.Begin(file.Name, first);
        Volatile.Write(ref _reading, bytes);
        while (await NextAsync(file, reader, next, stop) is { } block)
        {
            next += block.Count;
            if (CanResume) block.Next = new FilePosition(file.Index, file.Name, first, reader.Offset, reader.Context).At(next);
            Volatile.Write(ref _frames, _frames + block.Count);
            Volatile.Write(ref _bytes, _bytes + reader.FrameBytes);
            yield return block;
        }
        Report(file, reader, next - first);
        Volatile.Write(ref _takenBefore, _takenBefore + bytes.Taken);
        Volatile.Write(ref _reading, null);
    }

    private static string NameOf(IReadOnlyList<string> paths) => paths.Count switch
    {
        0 => throw new ArgumentException("no file is named", nameof(paths)),
        1 => Path.GetFileName(paths[0]),
        _ => $"{Path.GetFileName(paths[0])} and {paths.Count - 1} more",
    };

    private FilePosition Parse(SourcePosition from)
    {
        if (!CanResume) throw CaptureErrors.Unavailable($"{Name}: cannot resume; read it from its start");
        return FilePosition.TryParse(from, out var place)
            ? place
            : throw CaptureErrors.Unavailable($"{Name}: cannot resume at '{from.Token}': not a position in files");
    }

    private static async ValueTask<FrameBlock?> NextAsync(CaptureFile file, FrameBlockReader reader, long next, CancellationToken stop)
    {
        try
        {
            return await reader.NextAsync(next, stop);
        }
        catch (IOException error)
        {
            throw CaptureErrors.Unavailable($"{file.Path}: reading failed after byte {reader.Offset}: {error.Message}", error);
        }
    }

    private void Report(CaptureFile file, FrameBlockReader reader, long frames)
    {
        if (reader.Refusal is { } refusal)
        {
            if (!_files.SkipsForeignFiles) throw CaptureErrors.Unavailable($"{file.Path}: {refusal}");
            _warnings.Add($"{file.Name}: {refusal}; passed over");
        }
        else if (reader.Warning is { } warning) _warnings.Add($"{file.Name}: {warning}; {frames} whole frames come before");
    }
}
