using System.Globalization;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// How far each run was applied on a shard. Bounded: of more than <see cref="Capacity"/> runs one is forgotten whose source has started another
/// since, or that is known to have ended, or that is a retry of a single batch; of these the longest untouched, and only without any the longest
/// untouched of all. So a run that goes on but is quiet here outlives restarts and retries.
/// </summary>
internal sealed class RunWatermarks
{
    /// <summary>Runs remembered.</summary>
    public const int Capacity = 1024;

    private readonly Dictionary<string, LinkedListNode<Watermark>> _byRun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _newest = new(StringComparer.Ordinal);
    private readonly LinkedList<Watermark> _live = new();
    private readonly LinkedList<Watermark> _over = new();

    /// <summary>The watermark of a run; zeros for one never seen.</summary>
    public Watermark Of(string run) => _byRun.TryGetValue(run, out var node) ? node.Value : new Watermark(run, 0, 0, -1);

    /// <summary>The name under which a retry of one of a run's batches is remembered.</summary>
    public static string RetryOf(string run, string retryId) => $"{run}!{retryId}";

    /// <summary>True when the run is remembered.</summary>
    public bool Contains(string run) => _byRun.ContainsKey(run);

    /// <summary>Moves a run's watermark.</summary>
    public void Set(Watermark mark)
    {
        var isOver = IsOver(mark.Run);
        if (_byRun.Remove(mark.Run, out var node))
        {
            isOver |= node.List == _over;
            node.List!.Remove(node);
        }
        else if (_byRun.Count == Capacity) Forget();
        _byRun[mark.Run] = (isOver ? _over : _live).AddLast(mark);
    }

    /// <summary>The run has ended.</summary>
    public void End(string run)
    {
        if (!_byRun.TryGetValue(run, out var node) || node.List == _over) return;
        _live.Remove(node);
        _over.AddLast(node);
    }

    /// <summary>All watermarks, in the order in which they would be forgotten.</summary>
    public IReadOnlyList<Watermark> All => [.. _over, .. _live];

    /// <summary>Whether it is a retry, or its source has a newer run. The newest makes the one before it over.</summary>
    private bool IsOver(string run)
    {
        if (!TryRead(run, out var source, out var number)) return run.LastIndexOf('!') > run.LastIndexOf('#');
        if (!_newest.TryGetValue(source, out var newest)) newest = number;
        else if (number > newest) End($"{source}#{newest}");
        _newest[source] = Math.Max(newest, number);
        return number < newest;
    }

    private void Forget()
    {
        var oldest = _over.First ?? _live.First!;
        oldest.List!.Remove(oldest);
        var run = oldest.Value.Run;
        _byRun.Remove(run);
        if (TryRead(run, out var source, out var number) && _newest.GetValueOrDefault(source) == number) _newest.Remove(source);
    }

    /// <summary>Takes <c>SOURCE#N</c> apart; false for a retry.</summary>
    private static bool TryRead(string run, out string source, out long number)
    {
        var end = run.LastIndexOf('#');
        source = end < 0 ? "" : run[..end];
        return long.TryParse(run.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number) && end >= 0;
    }
}
