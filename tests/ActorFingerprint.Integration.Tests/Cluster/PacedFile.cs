namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>A capture file that grows as if it were being captured: a source of a steady load. Cut anywhere, also within frames.</summary>
internal sealed class PacedFile
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _bytes;
    private readonly string _path;
    private int _written;

    /// <summary>Grows to what <paramref name="whole"/> holds, in a folder of its own.</summary>
    public PacedFile(string whole, string folder)
    {
        _bytes = File.ReadAllBytes(whole);
        Folder = Directory.CreateDirectory(folder).FullName;
        _path = Path.Combine(Folder, Path.GetFileName(whole));
    }

    /// <summary>The folder to follow.</summary>
    public string Folder { get; }

    /// <summary>All of it is written.</summary>
    public bool IsWhole => _written == _bytes.Length;

    /// <summary>Part that is written, 0 to 1.</summary>
    public double Part => (double)_written / _bytes.Length;

    /// <summary>Grows so that the whole would take this long; until it is whole or asked to stop.</summary>
    public async Task GrowAsync(TimeSpan whole, CancellationToken stop)
    {
        var step = Math.Max(1, (int)(_bytes.Length * (Tick / whole)));
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        while (!IsWhole && !stop.IsCancellationRequested)
        {
            var count = Math.Min(step, _bytes.Length - _written);
            file.Write(_bytes, _written, count);
            await file.FlushAsync(CancellationToken.None);
            _written += count;
            await Task.Delay(Tick, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
