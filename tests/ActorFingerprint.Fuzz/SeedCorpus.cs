using ActorFingerprint.Capture.Files;

namespace ActorFingerprint.Fuzz;

/// <summary>Frames of capture files, from which cases are cut: a few frames in a row.</summary>
public sealed class SeedCorpus
{
    private const int MaxFramesOfFile = 400;
    private const int MaxFramesOfCase = 12;
    private const long LongestGapTicks = 2 * TimeSpan.TicksPerMinute; // some captures jump by years

    private readonly List<FuzzFrame[]> _files = [];

    /// <summary>Files that gave frames.</summary>
    public int Files => _files.Count;

    /// <summary>Frames that cases are cut from.</summary>
    public int Frames => _files.Sum(file => file.Length);

    /// <summary>Reads every capture below the folders: the first 400 frames of each, in ordinal order of the paths.</summary>
    public static async Task<SeedCorpus> ReadAsync(IEnumerable<string> folders, CancellationToken stop)
    {
        var corpus = new SeedCorpus();
        var paths = folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(path => Path.GetExtension(path) is ".pcap" or ".pcapng" or ".cap").Order(StringComparer.Ordinal);
        foreach (var path in paths)
            if (await FramesAsync(path, stop) is { Length: > 0 } frames)
                corpus._files.Add(frames);
        return corpus;
    }

    /// <summary>Frames in a row of one file.</summary>
    public FuzzFrame[] Cut(Random random)
    {
        var file = _files[random.Next(_files.Count)];
        var start = random.Next(file.Length);
        var count = Math.Min(1 + random.Next(MaxFramesOfCase), file.Length - start);
        var first = file[start].OffsetTicks;
        return [.. file.AsSpan(start, count).ToArray()
            .Select(frame => frame with { OffsetTicks = Math.Clamp(frame.OffsetTicks - first, 0, LongestGapTicks) })];
    }

    /// <summary>Any frame.</summary>
    public FuzzFrame Pick(Random random)
    {
        var file = _files[random.Next(_files.Count)];
        return file[random.Next(file.Length)];
    }

    private static async Task<FuzzFrame[]> FramesAsync(string path, CancellationToken stop)
    {
        var frames = new List<FuzzFrame>();
        try
        {
            await using var source = FileCaptureSource.FromFiles([path]);
            await foreach (var block in source.ReadAsync(from: null, stop))
                using (block)
                    for (var i = 0; i < block.Count && frames.Count < MaxFramesOfFile; i++)
                    {
                        var frame = block.Frames[i];
                        frames.Add(new FuzzFrame(
                            frame.LinkType, block.Buffer.AsSpan(frame.Offset, frame.Length).ToArray(), frame.WireLength, frame.AtTicks));
                    }
        }
        catch (Engine.Capture.CaptureException)
        {
            // a file that is broken on purpose: the frames before the break are seeds
        }
        return [.. frames];
    }
}
