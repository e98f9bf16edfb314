namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Signatures in memory, arranged for search: whole values and prefixes by hash, globs by their first character, expressions one after the
/// other. Immutable.
/// </summary>
public sealed class SignatureIndex : ISignatureSource
{
    private readonly KindIndex?[] _kinds = new KindIndex?[Enum.GetValues<SignatureKind>().Length];
    private readonly DhcpListIndex _lists;

    /// <summary>Arranges signatures.</summary>
    public SignatureIndex(IEnumerable<Signature> signatures)
    {
        foreach (var signature in signatures)
        {
            (_kinds[(int)signature.Kind] ??= new KindIndex(signature.Kind)).Add(signature);
            Count++;
        }
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
