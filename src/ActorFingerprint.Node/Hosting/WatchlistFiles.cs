using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// The watchlists of the configuration, read at the start and again whenever a file's size or time of change differs. A version that cannot
/// be read leaves the last good one in force and is told once.
/// </summary>
/// <param name="sources">Paths, each perhaps after <c>TYPE=</c>.</param>
/// <param name="told">Takes one line for every reload, and for every version that cannot be read, which is told as true.</param>
internal sealed class WatchlistFiles(IReadOnlyList<string> sources, Action<string, bool> told)
{
    private readonly WatchlistFile[] _files = [.. sources.Select(WatchlistFile.Parse)];
    private FileStamp[] _stamps = [];
    private volatile Watchlist _current = Watchlist.Empty;

    /// <summary>What is in force.</summary>
    public Watchlist Current => _current;

    /// <summary>No file is named.</summary>
    public bool IsEmpty => _files.Length == 0;

    /// <summary>Reads every file for the first time. Throws <see cref="WatchlistException"/>.</summary>
    public void Load()
    {
        _stamps = Stamps();
        _current = Read();
    }

    /// <summary>Looks at every tick whether a file has changed, until the timer is disposed.</summary>
    public async Task FollowAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync(CancellationToken.None)) Refresh();
    }

    /// <summary>Reads the files again when one has changed.</summary>
    public void Refresh()
    {
        var stamps = Stamps();
        if (stamps.AsSpan().SequenceEqual(_stamps)) return;
        _stamps = stamps;
        try
        {
            _current = Read();
            told($"watchlists read again: {_current.Count} entries", false);
        }
        catch (WatchlistException error)
        {
            told($"{error.Message}; the last good version stays in force", true);
        }
    }

    private Watchlist Read()
    {
        var entries = new List<WatchlistEntry>();
        foreach (var file in _files) file.Read(entries);
        return new Watchlist(entries);
    }

    private FileStamp[] Stamps() => [.. _files.Select(file => FileStamp.Of(file.Path))];

    private readonly record struct FileStamp(long Length, DateTime Changed)
    {
        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : new FileStamp(-1, default);
        }
    }
}

/// <summary>One file of values, and the type of those that name none.</summary>
/// <param name="Path">The file.</param>
/// <param name="Type">Null guesses by the form of each value.</param>
internal sealed record WatchlistFile(string Path, WatchlistType? Type)
{
    /// <summary>Reads <c>PATH</c> or <c>TYPE=PATH</c>. What stands before the first <c>=</c> is a type only when it is a known one.</summary>
    public static WatchlistFile Parse(string source) =>
        source.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && WatchlistType.TryParse(source[..at], out var type)
            ? new WatchlistFile(source[(at + 1)..], type)
            : new WatchlistFile(source, null);

    /// <summary>Adds its entries. Throws <see cref="WatchlistException"/>.</summary>
    public void Read(ICollection<WatchlistEntry> entries)
    {
        try
        {
            WatchlistReader.Read(File.ReadLines(Path), Path, Type, entries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WatchlistException($"{Path}: the watchlist cannot be read: {error.Message}", error);
        }
    }
}
