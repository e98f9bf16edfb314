using System.Threading.Channels;
using ActorFingerprint.Capture.Files;

namespace ActorFingerprint.Capture.Leases;

/// <summary>
/// Says when lease files are worth another look: soon after the system tells of a change in their folders, and at fixed intervals whatever it
/// tells (network mounts tell nothing, and a folder that is not there yet cannot be watched).
/// </summary>
public sealed class LeaseWatch : IFolderWatch, IDisposable
{
    /// <summary>Servers write a file in several steps; so long they are left alone.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<LeaseFiles> _files;
    private readonly TimeSpan _rescan;
    private readonly TimeProvider _time;

    /// <summary>Watches the folders of files; looks again after <paramref name="rescan"/> at the latest.</summary>
    public LeaseWatch(IReadOnlyList<LeaseFiles> files, TimeSpan rescan, TimeProvider time)
    {
        (_files, _rescan, _time) = (files, rescan, time);
        WatchFolders();
    }

    /// <inheritdoc />
    public async ValueTask WaitForChangeAsync(CancellationToken stop)
    {
        WatchFolders();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var change = _changes.Reader.WaitToReadAsync(either.Token).AsTask();
        var first = await Task.WhenAny(change, Task.Delay(_rescan, _time, either.Token));
        var isChange = first == change;
        either.Cancel();
        await Task.WhenAny(change); // its end is awaited, whichever it is
        stop.ThrowIfCancellationRequested();
        if (isChange) await Task.Delay(Settle, _time, stop);
        while (_changes.Reader.TryRead(out _)) { }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var watcher in _watchers) watcher.Dispose();
    }

    /// <summary>A folder that has appeared is watched from now on.</summary>
    private void WatchFolders()
    {
        foreach (var folder in _files.Select(file => file.Folder))
        {
            if (_watched.Contains(folder) || !Directory.Exists(folder)) continue;
            try
            {
                var watcher = new FileSystemWatcher(folder)
                {
                    NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
                };
                watcher.Changed += (_, _) => _changes.Writer.TryWrite(true);
                watcher.Created += (_, _) => _changes.Writer.TryWrite(true);
                watcher.Renamed += (_, _) => _changes.Writer.TryWrite(true);
                watcher.Error += (_, _) => _changes.Writer.TryWrite(true); // notices were lost: look
                watcher.EnableRaisingEvents = true;
                _watchers.Add(watcher);
                _watched.Add(folder);
            }
            catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
            {
                _watched.Add(folder); // the system gives no more watches: the rescan does it
            }
        }
    }
}
