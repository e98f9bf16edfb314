using System.Globalization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// DHCP lists that are like another one: the same codes in any order, else within two codes of it. Arranged at the first search.
/// </summary>
internal sealed class DhcpListIndex
{
    private readonly Lazy<Arranged?> _arranged;

    public DhcpListIndex(KindIndex? lists) => _arranged = new Lazy<Arranged?>(() => lists is null ? null : new Arranged(lists.Exact));

    /// <summary>Adds the signatures of lists like this one: those with the same codes, or when there are none the nearest.</summary>
    public void FindLike(string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (_arranged.Value is not { } arranged || !TryParse(value, out var codes)) return;
        var isSame = false;
        foreach (var list in arranged.WithSameCodes(codes))
        {
            isSame = true;
            arranged.Add(list, MatchQuality.Sorted, qualifier, ref hits);
        }
        if (isSame) return;
        List<(int List, int Distance)> near = [];
        arranged.Nearest.Find(codes, (list, distance) => near.Add((list, distance)));
        if (near.Count == 0) return;
        var nearest = near.Min(found => found.Distance);
        foreach (var (list, distance) in near)
            if (distance == nearest) arranged.Add(list, distance == 1 ? MatchQuality.Near1 : MatchQuality.Near2, qualifier, ref hits);
    }

    /// <summary>The codes of a comma-joined list of decimals; false when it is something else.</summary>
    internal static bool TryParse(string value, out byte[] codes)
    {
        codes = [];
        var texts = value.AsSpan();
        var count = texts.Count(',') + 1;
        var parsed = new byte[count];
        var at = 0;
        foreach (var range in texts.Split(','))
            if (!byte.TryParse(texts[range], NumberStyles.None, CultureInfo.InvariantCulture, out parsed[at++])) return false;
        codes = parsed;
        return true;
    }

    /// <summary>The same for lists of the same codes in any order; seldom the same for others.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> codes)
    {
        var sum = (ulong)codes.Length;
        foreach (var code in codes)
        {
            var mixed = (code + 1UL) * 0x9E3779B97F4A7C15UL;
            sum += (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9UL;
        }
        return sum;
    }

    private sealed class Arranged
    {
        private readonly SignatureTable _table;
        private readonly List<byte[]> _lists = [];
        private readonly List<int> _positions = [];
        private readonly Dictionary<ulong, int> _firstOfCodes = [];
        private readonly int[] _next;

        public Arranged(SignatureTable table)
        {
            _table = table;
            for (var i = 0; i < table.All.Count; i++)
            {
                if (table.First(table.All[i].Pattern) != i || !TryParse(table.All[i].Pattern, out var codes)) continue;
                _lists.Add(codes);
                _positions.Add(i);
            }
            _next = new int[_lists.Count];
            for (var i = _lists.Count - 1; i >= 0; i--)
            {
                var hash = HashOf(_lists[i]);
                _next[i] = _firstOfCodes.GetValueOrDefault(hash, -1);
                _firstOfCodes[hash] = i;
            }
            Nearest = new NearestLists(_lists);
        }

        public NearestLists Nearest { get; }

        /// <summary>Lists of the same codes in any order.</summary>
        public IEnumerable<int> WithSameCodes(byte[] codes)
        {
            for (var i = _firstOfCodes.GetValueOrDefault(HashOf(codes), -1); i >= 0; i = _next[i])
                if (HasSameCodes(_lists[i], codes)) yield return i;
        }

        public void Add(int list, MatchQuality quality, string qualifier, ref List<SignatureHit>? hits)
        {
            for (var i = _positions[list]; i >= 0; i = _table.Next(i))
            {
                var signature = _table.All[i];
                if (signature.Qualifier.Length == 0 || signature.Qualifier == qualifier)
                    (hits ??= []).Add(new SignatureHit(signature, quality, KindIndex.ModelOf(signature, [signature.Pattern])));
            }
        }

        private static bool HasSameCodes(byte[] a, byte[] b)
        {
            if (a.Length != b.Length) return false;
            Span<int> counts = stackalloc int[256];
            counts.Clear();
            foreach (var code in a) counts[code]++;
            foreach (var code in b)
                if (--counts[code] < 0) return false;
            return true;
        }
    }
}
