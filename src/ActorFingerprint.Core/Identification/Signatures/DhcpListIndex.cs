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
        if (arranged.BySorted.TryGetValue(Sorted(codes), out var same))
        {
            foreach (var list in same) Add(arranged.Signatures[list], MatchQuality.Sorted, qualifier, ref hits);
            return;
        }
        List<(int List, int Distance)> near = [];
        arranged.Nearest.Find(codes, (list, distance) => near.Add((list, distance)));
        if (near.Count == 0) return;
        var nearest = near.Min(found => found.Distance);
        foreach (var (list, distance) in near)
            if (distance == nearest) Add(arranged.Signatures[list], distance == 1 ? MatchQuality.Near1 : MatchQuality.Near2, qualifier, ref hits);
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

    private static string Sorted(byte[] codes)
    {
        var sorted = (byte[])codes.Clone();
        Array.Sort(sorted);
        return Convert.ToHexString(sorted);
    }

    private static void Add(List<Signature> signatures, MatchQuality quality, string qualifier, ref List<SignatureHit>? hits)
    {
        foreach (var signature in signatures)
            if (signature.Qualifier.Length == 0 || signature.Qualifier == qualifier)
                (hits ??= []).Add(new SignatureHit(signature, quality, KindIndex.ModelOf(signature, [signature.Pattern])));
    }

    private sealed class Arranged
    {
        public Arranged(IReadOnlyDictionary<string, List<Signature>> exact)
        {
            List<byte[]> lists = [];
            foreach (var (text, signatures) in exact.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                if (!TryParse(text, out var codes)) continue;
                var sorted = Sorted(codes);
                if (!BySorted.TryGetValue(sorted, out var same)) BySorted.Add(sorted, same = new List<int>(1));
                same.Add(lists.Count);
                lists.Add(codes);
                Signatures.Add(signatures);
            }
            Nearest = new NearestLists(lists);
        }

        public Dictionary<string, List<int>> BySorted { get; } = new(StringComparer.Ordinal);

        public List<List<Signature>> Signatures { get; } = [];

        public NearestLists Nearest { get; }
    }
}
