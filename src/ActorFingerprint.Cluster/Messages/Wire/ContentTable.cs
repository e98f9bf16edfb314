namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>
/// The content table of a batch under construction: equal bytes of one kind are one entry. Contents are compared as they are written, so no
/// member of a type can be overlooked by a comparison.
/// </summary>
internal sealed class ContentTable
{
    private readonly WireWriter _bytes = new();
    private readonly List<(uint Hash, SharedKind Kind, int At, int Length)> _entries = [];
    private int[] _slots = new int[1024];

    /// <summary>Entries.</summary>
    public int Count => _entries.Count;

    /// <summary>The entries as they go on the wire: each with its length, its kind and its bytes.</summary>
    public ReadOnlySpan<byte> Written => _bytes.Written;

    /// <summary>Empties the table.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        _entries.Clear();
        _bytes.Truncate(0);
    }

    /// <summary>The reference of a content, from 1: that of the first equal one, or a new one.</summary>
    public int Intern(SharedKind kind, ReadOnlySpan<byte> content)
    {
        var hash = ContentHash.Of((byte)kind, content);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        for (; _slots[slot] is var known and > 0; slot = (slot + 1) & mask)
        {
            var entry = _entries[known - 1];
            if (entry.Hash == hash && entry.Kind == kind && content.SequenceEqual(_bytes.Written.Slice(entry.At, entry.Length)))
                return known;
        }
        _bytes.Varint((ulong)content.Length + 1);
        _bytes.Byte((byte)kind);
        _entries.Add((hash, kind, _bytes.Length, content.Length));
        _bytes.Raw(content);
        _slots[slot] = _entries.Count;
        if (_entries.Count * 2 > _slots.Length) Rehash();
        return _entries.Count;
    }

    private void Rehash()
    {
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var i = 0; i < _entries.Count; i++)
        {
            var slot = (int)_entries[i].Hash & mask;
            while (_slots[slot] > 0) slot = (slot + 1) & mask;
            _slots[slot] = i + 1;
        }
    }
}
