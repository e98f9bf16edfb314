using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>
/// One segment file and what is known of its batches: where each begins, when it came, whether it is confirmed. Not safe for several
/// threads:
/// the spool's lock is around it.
/// </summary>
internal sealed class Segment(string path, SafeFileHandle file, long first) : IDisposable
{
    private const string Prefix = "segment-";
    private const string Suffix = ".spool";

    private readonly List<(int At, int SecondsAfter)> _batches = [];
    private readonly List<bool> _confirmed = [];
    private long _firstTicks;
    private int _oldest;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Position of its first batch.</summary>
    public long First { get; } = first;

    /// <summary>Position behind its last batch.</summary>
    public long End => First + _batches.Count;

    /// <summary>The open file.</summary>
    public SafeFileHandle File { get; private set; } = file;

    /// <summary>Bytes of the file that are durable.</summary>
    public long Length { get; private set; }

    /// <summary>Batches that nobody confirmed.</summary>
    public int Unconfirmed { get; private set; }

    /// <summary>Ticks at which the oldest unconfirmed batch was appended, to the second; null without one.</summary>
    public long? OldestTicks => Unconfirmed == 0 ? null : _firstTicks + _batches[OldestIndex()].SecondsAfter * TimeSpan.TicksPerSecond;

    /// <summary>Name of the segment that begins with a position.</summary>
    public static string NameOf(long first) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{first:D19}{Suffix}");

    /// <summary>The position that a file's name tells; false for another file.</summary>
    public static bool TryReadName(string path, out long first)
    {
        first = 0;
        var name = System.IO.Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out first);
    }

    /// <summary>The first bytes, up to the marks, are durable.</summary>
    public void Begin(long length) => Length = length;

    /// <summary>A batch of so many bytes behind the last one is durable.</summary>
    public void Add(int length, long atTicks)
    {
        if (_batches.Count == 0) _firstTicks = atTicks;
        _batches.Add(((int)Length, (int)Math.Clamp((atTicks - _firstTicks) / TimeSpan.TicksPerSecond, 0, int.MaxValue)));
        _confirmed.Add(false);
        Length += length;
        Unconfirmed++;
    }

    /// <summary>Where the record of a position begins.</summary>
    public long At(long position) => _batches[(int)(position - First)].At;

    /// <summary>True when somebody confirmed it.</summary>
    public bool IsConfirmed(long position) => _confirmed[(int)(position - First)];

    /// <summary>Marks a position; false when it was marked before.</summary>
    public bool Confirm(long position)
    {
        var index = (int)(position - First);
        if (_confirmed[index]) return false;
        _confirmed[index] = true;
        Unconfirmed--;
        return true;
    }

    /// <summary>The first unconfirmed position; <see cref="End"/> when there is none.</summary>
    public long FirstUnconfirmed() => Unconfirmed == 0 ? End : First + OldestIndex();

    /// <summary>The file was written anew, with a record of these lengths for each batch.</summary>
    public void Replace(SafeFileHandle file, long begin, IReadOnlyList<int> lengths)
    {
        File = file;
        Length = begin;
        for (var i = 0; i < lengths.Count; i++)
        {
            _batches[i] = ((int)Length, _batches[i].SecondsAfter);
            Length += lengths[i];
        }
    }

    public void Dispose() => File.Dispose();

    private int OldestIndex()
    {
        while (_confirmed[_oldest]) _oldest++;
        return _oldest;
    }
}
