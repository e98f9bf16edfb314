using System.Numerics;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Finds option lists within an edit distance of two codes (one inserted, left out or changed each). A list at such a distance leaves at least
/// one of three parts of the other as it is, moved by two codes at most: lists are found by the parts that they share, so a search
/// reads few of them.
/// </summary>
public sealed class NearestLists
{
    /// <summary>Codes that may differ.</summary>
    public const int MaxDistance = 2;

    /// <summary>Shorter lists say too little for a search of what is like them.</summary>
    public const int MinLength = 5;

    private const int Parts = MaxDistance + 1;

    private readonly byte[][] _lists;
    private readonly ulong[] _bits;
    private readonly ulong[] _keys;
    private readonly int[] _listOf;
    private readonly bool[] _lengths = new bool[256];

    /// <summary>Indexes lists of at most 255 codes; those that are too short or too long are never found.</summary>
    public NearestLists(IReadOnlyList<byte[]> lists)
    {
        _lists = [.. lists];
        _bits = [.. _lists.Select(list => BitsOf(list))];
        var indexed = _lists.Count(list => list.Length is >= MinLength and <= 255);
        (_keys, _listOf) = (new ulong[indexed * Parts], new int[indexed * Parts]);
        var at = 0;
        for (var i = 0; i < _lists.Length; i++)
        {
            if (_lists[i].Length is < MinLength or > 255) continue;
            _lengths[_lists[i].Length] = true;
            for (var part = 0; part < Parts; part++) (_keys[at], _listOf[at++]) = (Key(_lists[i].Length, part, PartOf(_lists[i], part)), i);
        }
        Array.Sort(_keys, _listOf);
    }

    /// <summary>Calls back with the position of every list within the distance, and the distance; in no order, none twice.</summary>
    public void Find(ReadOnlySpan<byte> list, Action<int, int> found)
    {
        if (list.Length is < MinLength or > 255) return;
        List<int> candidates = [];
        var bits = BitsOf(list);
        for (var length = Math.Max(MinLength, list.Length - MaxDistance); length <= Math.Min(255, list.Length + MaxDistance); length++)
        {
            if (!_lengths[length]) continue;
            for (var part = 0; part < Parts; part++)
            {
                var (from, to) = Bounds(length, part);
                for (var shift = -MaxDistance; shift <= MaxDistance; shift++)
                    if (from + shift >= 0 && to + shift <= list.Length) Gather(Key(length, part, list[(from + shift)..(to + shift)]), bits, candidates);
            }
        }
        candidates.Sort();
        var last = -1;
        foreach (var candidate in candidates)
        {
            if (candidate == last) continue;
            last = candidate;
            var distance = Distance(list, _lists[candidate]);
            if (distance <= MaxDistance) found(candidate, distance);
        }
    }

    /// <summary>Insertions, deletions and changes that make one list the other; more than <see cref="MaxDistance"/> is told as one more than it.</summary>
    public static int Distance(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxDistance) return MaxDistance + 1;
        var same = a.CommonPrefixLength(b);
        a = a[same..];
        b = b[same..];
        while (a.Length > 0 && b.Length > 0 && a[^1] == b[^1])
        {
            a = a[..^1];
            b = b[..^1];
        }
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j < row.Length; j++) row[j] = Math.Min(j, MaxDistance + 1);
        for (var i = 1; i <= a.Length; i++)
        {
            // Further than MaxDistance from the diagonal every cell is over it.
            var (from, to) = (Math.Max(1, i - MaxDistance), Math.Min(b.Length, i + MaxDistance));
            var diagonal = row[from - 1];
            var best = row[from - 1] = from == 1 ? Math.Min(i, MaxDistance + 1) : MaxDistance + 1;
            for (var j = from; j <= to; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], Math.Min(cost, MaxDistance + 1));
                best = Math.Min(best, cost);
            }
            if (best > MaxDistance) return MaxDistance + 1;
        }
        return row[b.Length];
    }

    /// <summary>One bit for each code, some sharing one: an edit changes two bits at most.</summary>
    private static ulong BitsOf(ReadOnlySpan<byte> list)
    {
        var bits = 0UL;
        foreach (var code in list) bits |= 1UL << (code & 63);
        return bits;
    }

    private void Gather(ulong key, ulong bits, List<int> candidates)
    {
        var at = Array.BinarySearch(_keys, key);
        if (at < 0) return;
        while (at > 0 && _keys[at - 1] == key) at--;
        for (; at < _keys.Length && _keys[at] == key; at++)
            if (BitOperations.PopCount(_bits[_listOf[at]] ^ bits) <= 2 * MaxDistance) candidates.Add(_listOf[at]);
    }

    private static ReadOnlySpan<byte> PartOf(byte[] list, int part)
    {
        var (from, to) = Bounds(list.Length, part);
        return list.AsSpan(from..to);
    }

    private static (int From, int To) Bounds(int length, int part) => (length * part / Parts, length * (part + 1) / Parts);

    private static ulong Key(int length, int part, ReadOnlySpan<byte> codes)
    {
        var hash = 14695981039346656037UL ^ (uint)((length << 2) | part);
        foreach (var code in codes) hash = (hash ^ code) * 1099511628211UL;
        return hash;
    }
}
