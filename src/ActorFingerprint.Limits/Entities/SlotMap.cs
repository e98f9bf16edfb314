using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// A small map from digest to object, bounded: up to 16 entries are two arrays searched in order (most entities have one or two), more a
/// dictionary. When it is full, what would expire first makes room, so that a sender of endless names displaces his own.
/// </summary>
internal sealed class SlotMap<T> where T : class
{
    private const int Linear = 16;

    private KeyDigest[] _keys = [];
    private T[] _values = [];
    private Dictionary<KeyDigest, T>? _index;
    private int _count;

    public int Count => _index?.Count ?? _count;

    public bool TryGet(KeyDigest key, [NotNullWhen(true)] out T? value)
    {
        if (_index is not null) return _index.TryGetValue(key, out value);
        for (var i = 0; i < _count; i++)
        {
            if (_keys[i] != key) continue;
            value = _values[i];
            return true;
        }
        value = null;
        return false;
    }

    public void Add(KeyDigest key, T value)
    {
        if (_index is null && _count == Linear)
        {
            _index = new(Linear * 2);
            for (var i = 0; i < _count; i++) _index.Add(_keys[i], _values[i]);
            (_keys, _values, _count) = ([], [], 0);
        }
        if (_index is not null)
        {
            _index[key] = value;
            return;
        }
        if (_count == _keys.Length)
        {
            var size = Math.Max(1, _count * 2);
            Array.Resize(ref _keys, size);
            Array.Resize(ref _values, size);
        }
        (_keys[_count], _values[_count]) = (key, value);
        _count++;
    }

    public bool Remove(KeyDigest key)
    {
        if (_index is not null) return _index.Remove(key);
        var at = Array.IndexOf(_keys, key, 0, _count);
        if (at < 0) return false;
        _count--;
        for (var i = at; i < _count; i++) (_keys[i], _values[i]) = (_keys[i + 1], _values[i + 1]);
        _values[_count] = null!;
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

    public IEnumerable<KeyValuePair<KeyDigest, T>> Entries()
    {
        if (_index is not null)
        {
            foreach (var entry in _index) yield return entry;
            yield break;
        }
        for (var i = 0; i < _count; i++) yield return new(_keys[i], _values[i]);
    }

    /// <summary>Removes what expired at or before <paramref name="now"/>.</summary>
    public void Prune(long now, Func<T, long> expiresAt)
    {
        if (Count == 0) return;
        List<KeyDigest>? gone = null;
        foreach (var (key, value) in Entries())
            if (expiresAt(value) <= now) (gone ??= []).Add(key);
        foreach (var key in gone ?? []) Remove(key);
    }

    /// <summary>Makes room for one more: first what has expired, then the eighth that would expire first.</summary>
    public void MakeRoom(int capacity, long now, Func<T, long> expiresAt)
    {
        if (Count < capacity) return;
        Prune(now, expiresAt);
        if (Count < capacity) return;
        var byExpiry = Entries().OrderBy(e => expiresAt(e.Value)).ThenBy(e => e.Key.High);
        foreach (var (key, _) in byExpiry.Take(Math.Max(1, capacity / 8)).ToArray()) Remove(key);
    }

    public long LatestExpiry(Func<T, long> expiresAt)
    {
        long at = 0;
        foreach (var (_, value) in Entries()) at = Math.Max(at, expiresAt(value));
        return at;
    }
}
