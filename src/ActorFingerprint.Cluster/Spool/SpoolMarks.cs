using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>
/// The last batch of each (run, shard) that was appended. Bounded as the watermarks of a shard are: of more runs than that the longest
/// untouched is forgotten.
/// </summary>
internal sealed class SpoolMarks
{
    /// <summary>Runs remembered.</summary>
    public const int Capacity = 1024;

    private readonly Dictionary<string, LinkedListNode<OfRun>> _byRun = new(StringComparer.Ordinal);
    private readonly LinkedList<OfRun> _byAge = new();

    /// <summary>All marks, those of the longest untouched run first.</summary>
    public IEnumerable<(int Shard, Watermark Mark)> All =>
        _byAge.SelectMany(run => run.Shards.OrderBy(mark => mark.Key).Select(mark => (mark.Key, mark.Value)));

    /// <summary>The mark; zeros for a shard to which the run sent nothing.</summary>
    public Watermark Of(string run, int shard) =>
        _byRun.TryGetValue(run, out var node) && node.Value.Shards.TryGetValue(shard, out var mark) ? mark : new Watermark(run, 0, 0, -1);

    /// <summary>Moves a mark. A batch without envelopes moves the number alone: the position stays that of the last observation.</summary>
    public void Set(int shard, in Watermark mark)
    {
        if (!_byRun.TryGetValue(mark.Run, out var node))
        {
            if (_byRun.Count == Capacity)
            {
                _byRun.Remove(_byAge.First!.Value.Run);
                _byAge.RemoveFirst();
            }
            _byRun[mark.Run] = node = _byAge.AddLast(new OfRun(mark.Run, []));
        }
        else if (node.Next is not null)
        {
            _byAge.Remove(node);
            _byAge.AddLast(node);
        }
        var shards = node.Value.Shards;
        var isBehind = shards.TryGetValue(shard, out var known) && (mark.Frame, mark.Index).CompareTo((known.Frame, known.Index)) < 0;
        shards[shard] = isBehind ? known with { Batch = mark.Batch } : mark;
    }

    private sealed record OfRun(string Run, Dictionary<int, Watermark> Shards);
}
