using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// A small map from digest to object, bounded: the first entry lies in the map itself (most entities have one or two), up to 16 are searched in
/// order, more are a dictionary. When it is full, what would expire first makes room, so that a sender of endless names displaces his own. A
/// field of its owner; mutable, so never copied.
/// </summary>
internal struct SlotMap<T> where T : class
{
    private const int Linear = 16;

    /// <summary>So many stay, expired or not, as long as their entity does.</summary>
    private const int Few = 4;

    private KeyDigest _key;
    private T? _value;
    private KeyValuePair<KeyDigest, T>[]? _others;
    private Dictionary<KeyDigest, T>? _index;
    private int _count;

    public readonly int Count => _index?.Count ?? _count;

    public readonly bool TryGet(KeyDigest key, [NotNullWhen(true)] out T? value)
    {
        if (_index is not null) return _index.TryGetValue(key, out value);
        var at = IndexOf(key);
        value = at < 0 ? null : at == 0 ? _value! : _others![at - 1].Value;
        return at >= 0;
    }

    public void Add(KeyDigest key, T value)
    {
        if (_index is null && _count == Linear)
        {
            var index = new Dictionary<KeyDigest, T>(Linear * 2);
            foreach (var (known, slot) in Entries()) index.Add(known, slot);
            this = new SlotMap<T> { _index = index };
        }
        if (_index is not null)
        {
            _index[key] = value;
            return;
        }
        if (_count == 0) (_key, _value) = (key, value);
        else
        {
            if (_count > (_others?.Length ?? 0)) Array.Resize(ref _others, Math.Min(Linear - 1, _count * 2));
            _others![_count - 1] = new(key, value);
        }
        _count++;
    }

    public bool Remove(KeyDigest key)
    {
        if (_index is not null) return _index.Remove(key);
        var at = IndexOf(key);
        if (at < 0) return false;
        _count--;
        for (; at < _count; at++)
        {
            if (at == 0) (_key, _value) = (_others![0].Key, _others[0].Value);
            else _others![at - 1] = _others[at];
        }
        if (_count == 0) (_key, _value) = (default, null);
        else _others![_count - 1] = default;
        return true;
    }

    public bool Move(KeyDigest from, KeyDigest to)
    {
        if (!TryGet(from, out var value)) return false;
        Remove(from);
        Remove(to);
        Add(to, value);
        return true;
    }

    public readonly IEnumerable<KeyValuePair<KeyDigest, T>> Entries()
    {
        if (_index is not null)
        {
            foreach (var entry in _index) yield return entry;
            yield break;
        }
        if (_count > 0) yield return new(_key, _value!);
        for (var i = 1; i < _count; i++) yield return _others![i - 1];
    }

    /// <summary>
    /// Removes what expired at or before <paramref name="now"/>, from a map of more than a few: an entity that is used again and again would
    /// only have its few made anew each time, and young objects in old entities cost every garbage collection a look at each of them.
    /// </summary>
    public void Prune(long now, Func<T, long> expiresAt)
    {
        if (Count > Few) RemoveExpired(now, expiresAt);
    }

    /// <summary>Makes room for one more: first what has expired, then the eighth that would expire first.</summary>
    public void MakeRoom(int capacity, long now, Func<T, long> expiresAt)
    {
        if (Count < capacity) return;
        RemoveExpired(now, expiresAt);
        if (Count < capacity) return;
        var byExpiry = Entries().OrderBy(e => expiresAt(e.Value)).ThenBy(e => e.Key.High);
        foreach (var (key, _) in byExpiry.Take(Math.Max(1, capacity / 8)).ToArray()) Remove(key);
    }

    public readonly long LatestExpiry(Func<T, long> expiresAt)
    {
        if (_index is null && _count <= 1) return _count == 0 ? 0 : Math.Max(0, expiresAt(_value!));
        long at = 0;
        foreach (var (_, value) in Entries()) at = Math.Max(at, expiresAt(value));
        return at;
    }

    private void RemoveExpired(long now, Func<T, long> expiresAt)
    {
        List<KeyDigest>? gone = null;
        foreach (var (key, value) in Entries())
            if (expiresAt(value) <= now) (gone ??= []).Add(key);
        foreach (var key in gone ?? []) Remove(key);
    }

    private readonly int IndexOf(KeyDigest key)
    {
        if (_count == 0) return -1;
        if (_key == key) return 0;
        for (var i = 1; i < _count; i++)
            if (_others![i - 1].Key == key) return i;
        return -1;
    }
}
