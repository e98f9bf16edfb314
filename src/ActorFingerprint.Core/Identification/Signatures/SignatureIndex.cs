namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Signatures in memory, arranged for search, each kind when it is asked for first: whole values and prefixes by hash, words, globs and
/// expressions by a text that they require. Immutable.
/// </summary>
public sealed class SignatureIndex : ISignatureSource
{
    private readonly KindIndex?[] _kinds = new KindIndex?[Enum.GetValues<SignatureKind>().Length];
    private readonly DhcpListIndex _lists;

    /// <summary>Arranges signatures.</summary>
    public SignatureIndex(IEnumerable<Signature> signatures)
    {
        var byKind = new List<Signature>?[_kinds.Length];
        foreach (var signature in signatures)
        {
            (byKind[(int)signature.Kind] ??= []).Add(signature);
            Count++;
        }
        for (var kind = 0; kind < byKind.Length; kind++)
            if (byKind[kind] is { } ofKind) _kinds[kind] = new KindIndex((SignatureKind)kind, ofKind);
        _lists = new DhcpListIndex(_kinds[(int)SignatureKind.DhcpList]);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <inheritdoc />
    public IReadOnlyList<SignatureHit> Find(SignatureKind kind, string value, string qualifier = "")
    {
        List<SignatureHit>? hits = null;
        if (kind == SignatureKind.DhcpOptions && value.EndsWith(",255", StringComparison.Ordinal)) value = value[..^4];
        _kinds[(int)kind]?.Find(value, qualifier, ref hits);
        if (hits is null && kind == SignatureKind.DhcpList) _lists.FindLike(value, qualifier, ref hits);
        if (hits is null) return [];
        if (hits.Count > 1) hits.Sort(Compare);
        return hits;
    }

    /// <summary>The order in which hits are told; total over distinct signatures.</summary>
    public static int Compare(SignatureHit a, SignatureHit b)
    {
        if (b.Confidence.CompareTo(a.Confidence) is not 0 and var byConfidence) return byConfidence;
        if (b.Signature.Pattern.Length.CompareTo(a.Signature.Pattern.Length) is not 0 and var byLength) return byLength;
        if (Depth(b).CompareTo(Depth(a)) is not 0 and var byDepth) return byDepth;
        if (string.CompareOrdinal(a.Signature.Device.Path, b.Signature.Device.Path) is not 0 and var byPath) return byPath;
        return string.CompareOrdinal(a.Signature.Pattern, b.Signature.Pattern);
    }

    private static int Depth(SignatureHit hit) => hit.Signature.Device.Path.AsSpan().Count('/');
}
