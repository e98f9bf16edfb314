using System.Runtime.CompilerServices;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// A folder that another program rotates captures into: files in the order of their names, the newest read as it grows until
/// a newer one appears. It never ends by itself.
/// </summary>
internal sealed class FollowedFolder(string path, IFolderWatch watch) : CaptureFiles
{
    private const string Packed = ".gz";

    private readonly IFolderWatch _watch = watch;

    public override bool SkipsForeignFiles => true;

    public override string? Beginning => FirstAfter(null);

    public override bool Holds(FilePosition? from, string? beginning) =>
        (from?.Name ?? beginning) is not { } name || File.Exists(Path.Combine(path, name));

    public override async IAsyncEnumerable<CaptureFile> ReadAsync(FilePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        var index = from?.Index ?? 0;
        var name = from is null ? FirstAfter(null) : File.Exists(Path.Combine(path, from.Name)) ? from.Name : FirstAfter(from.Name);
        for (string? last = from?.Name; ; name = FirstAfter(last))
        {
            stop.ThrowIfCancellationRequested();
            if (name is null)
            {
                await _watch.WaitForChangeAsync(stop);
                continue;
            }
            last = name;
            yield return CaptureFile.OnDisk(index++, Path.Combine(path, name), new Growth(this, name));
        }
    }

    // A file that was read and is then compressed in place is not a new one.
    private string? FirstAfter(string? name)
    {
        string? first = null;
        foreach (var file in CaptureErrors.Opening(path, () => Directory.GetFiles(path)))
        {
            var candidate = Path.GetFileName(file);
            if (!IsCapture(candidate) || candidate == name + Packed) continue;
            if (name is not null && string.CompareOrdinal(candidate, name) <= 0) continue;
            if (first is null || string.CompareOrdinal(candidate, first) < 0) first = candidate;
        }
        return first;
    }

    // .pcap, .pcapng, .cap, also numbered (.pcap12) and packed: an index or a note beside them must not end the newest capture.
    private static bool IsCapture(string name) => !name.StartsWith('.') && name.Split('.')[1..].Any(part =>
        part.StartsWith("pcap", StringComparison.OrdinalIgnoreCase) || part.Equals("cap", StringComparison.OrdinalIgnoreCase));

    private sealed class Growth(FollowedFolder folder, string name) : IFileGrowth
    {
        public async ValueTask<bool> WaitAsync(Func<bool> hasMore, CancellationToken stop)
        {
            while (true)
            {
                var isFinal = folder.FirstAfter(name) is not null; // asked first: what was written before the newer file came still counts
                if (hasMore()) return true;
                if (isFinal) return false;
                await folder._watch.WaitForChangeAsync(stop);
            }
        }
    }
}
