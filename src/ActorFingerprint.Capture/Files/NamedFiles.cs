using System.Runtime.CompilerServices;

namespace ActorFingerprint.Capture.Files;

/// <summary>Files named one by one. All are looked at before the first is read, so that a wrong name is said at once.</summary>
internal sealed class NamedFiles : CaptureFiles
{
    private readonly IReadOnlyList<string> _paths;

    public NamedFiles(IReadOnlyList<string> paths)
    {
        _paths = paths;
        TotalBytes = paths.Sum(LengthOf);
    }

    public override long TotalBytes { get; }

    public override async IAsyncEnumerable<CaptureFile> ReadAsync(FilePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        if (from is not null && (from.Index >= _paths.Count || Path.GetFileName(_paths[from.Index]) != from.Name))
            throw CaptureErrors.Unavailable($"cannot resume in file {from.Index + 1}, {from.Name}: the run was started with other files");
        for (var i = from?.Index ?? 0; i < _paths.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            yield return CaptureFile.OnDisk(i, _paths[i]);
        }
        await ValueTask.CompletedTask;
    }

    // A pipe has no length and must not be opened twice.
    private static long LengthOf(string path)
    {
        if (Directory.Exists(path)) throw CaptureErrors.Unavailable($"{path}: is a folder; name its files, or follow it (scan --follow; for a node capture.follow = true)");
        if (!File.Exists(path)) throw CaptureErrors.Unavailable($"{path}: no such file");
        var length = new FileInfo(path).Length;
        if (length == 0) return 0;
        using var file = CaptureErrors.Opening(path, () => File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete));
        var head = new byte[CaptureFormat.HeadLength];
        var known = head.AsSpan(0, RandomAccess.Read(file, head, 0));
        if (!StreamBytes.IsGzip(known) && !CaptureFormat.TryOpen(known, out _, out _, out var refusal))
            throw CaptureErrors.Unavailable($"{path}: {refusal}");
        return length;
    }
}
