namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Several bases as one: a value that meets signatures in more than one gets the hits of all, in the order of one.</summary>
public sealed class LayeredSignatures(params IReadOnlyList<ISignatureSource> layers) : ISignatureSource
{
    /// <inheritdoc />
    public IReadOnlyList<SignatureHit> Find(SignatureKind kind, string value, string qualifier = "")
    {
        IReadOnlyList<SignatureHit> all = [];
        foreach (var layer in layers)
        {
            var hits = layer.Find(kind, value, qualifier);
            all = all.Count == 0 ? hits : hits.Count == 0 ? all : [.. all, .. hits];
        }
        if (all.Count < 2) return all;
        // A list that one base knows exactly, or better, needs no likeness from another.
        var best = all.Min(hit => hit.Quality);
        var sorted = all.Where(hit => !IsLikeness(hit.Quality) || hit.Quality == best).ToList();
        sorted.Sort(SignatureIndex.Compare);
        return sorted;
    }

    private static bool IsLikeness(MatchQuality quality) => quality >= MatchQuality.Sorted;
}
