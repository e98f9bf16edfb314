namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// How far each run was applied on a shard. Bounded: of more than <see cref="Capacity"/> runs the longest untouched is forgotten;
/// it can no longer be resumed then, which the run log forbids anyway once a newer run of its source has started.
/// </summary>
internal sealed class RunWatermarks
{
    /// <summary>Runs remembered.</summary>
    public const int Capacity = 1024;

    private readonly Dictionary<string, LinkedListNode<Watermark>> _byRun = new(StringComparer.Ordinal);
    private readonly LinkedList<Watermark> _byAge = new();

    /// <summary>The watermark of a run; zeros for one never seen.</summary>
    public Watermark Of(string run) => _byRun.TryGetValue(run, out var node) ? node.Value : new Watermark(run, 0, 0, -1);

    /// <summary>True when the run is remembered.</summary>
    public bool Contains(string run) => _byRun.ContainsKey(run);

    /// <summary>Moves a run's watermark.</summary>
    public void Set(Watermark mark)
    {
        if (_byRun.Remove(mark.Run, out var node)) _byAge.Remove(node);
        else if (_byRun.Count == Capacity)
        {
            _byRun.Remove(_byAge.First!.Value.Run);
            _byAge.RemoveFirst();
        }
        _byRun[mark.Run] = _byAge.AddLast(mark);
    }

    /// <summary>All watermarks, longest untouched first.</summary>
    public IReadOnlyList<Watermark> All => [.. _byAge];
}
