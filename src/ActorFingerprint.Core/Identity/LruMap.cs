using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Identity;

/// <summary>A bounded map that forgets the entry that was used longest ago. Its order depends on the calls alone.</summary>
internal sealed class LruMap<TKey, TValue>(int capacity) where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _nodes = [];
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _order = new();

    public int Count => _nodes.Count;

    /// <summary>Least recently used first.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Entries => _order;

    /// <summary>Finds an entry and makes it the newest.</summary>
    public bool TryUse(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (!_nodes.TryGetValue(key, out var node)) return false;
        if (node.Next is not null)
        {
            _order.Remove(node);
            _order.AddLast(node);
        }
        value = node.Value.Value;
        return true;
    }

    /// <summary>Adds an entry that is not there yet; true when another one was forgotten for it.</summary>
    public bool Add(TKey key, TValue value, [MaybeNullWhen(false)] out TValue forgotten)
    {
        _nodes.Add(key, _order.AddLast(new KeyValuePair<TKey, TValue>(key, value)));
        forgotten = default;
        return _nodes.Count > capacity && TryRemoveOldest(out forgotten);
    }

    public bool Remove(TKey key)
    {
        if (!_nodes.Remove(key, out var node)) return false;
        _order.Remove(node);
        return true;
    }

    public bool TryRemoveOldest([MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (_order.First is not { } oldest) return false;
        value = oldest.Value.Value;
        return Remove(oldest.Value.Key);
    }
}
