namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>A signature that fits, and how well.</summary>
/// <param name="Signature">The signature of kind <see cref="SignatureKind.TcpSyn"/> or <see cref="SignatureKind.TcpSynAck"/>.</param>
/// <param name="Fit">Exact or fuzzy.</param>
/// <param name="Distance">Routers passed; null when the TTL is out of its range.</param>
public readonly record struct P0fMatch(Signature Signature, P0fFit Fit, int? Distance);

/// <summary>
/// Patterns of TCP signatures of one kind, in p0f's order of preference: what fits in everything before what fits fuzzily, then by
/// confidence (labels of p0f that name a system, <c>s:</c>, have more than those that name its kind, <c>g:</c>), then as they were given.
/// Tools that make their own packets (class <c>!</c>, devices below <see cref="Application"/>) fit in everything or not at all. Immutable.
/// </summary>
public sealed class P0fPatterns
{
    /// <summary>Root of the paths of programs: what they send tells of no system and no device.</summary>
    public const string Application = "Application";

    private readonly Dictionary<string, List<(P0fPattern Pattern, Signature Signature)>> _byLayout = new(StringComparer.Ordinal);

    /// <summary>Of these; signatures whose pattern cannot be read are left out.</summary>
    public P0fPatterns(IEnumerable<Signature> signatures)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        foreach (var signature in signatures)
        {
            if (!P0fPattern.TryParse(signature.Pattern, out var pattern, out _)) continue;
            if (!_byLayout.TryGetValue(pattern.Layout, out var same)) _byLayout[pattern.Layout] = same = [];
            same.Add((pattern, signature));
            Count++;
        }
    }

    /// <summary>How many patterns there are.</summary>
    public int Count { get; }

    /// <summary>All signatures that fit, the best first.</summary>
    public IReadOnlyList<P0fMatch> Find(TcpTraits observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        if (!_byLayout.TryGetValue(observed.Layout, out var candidates)) return [];
        var matches = new List<P0fMatch>();
        foreach (var (pattern, signature) in candidates)
        {
            var fit = pattern.Match(observed);
            if (fit == P0fFit.None || (fit == P0fFit.Fuzzy && IsApplication(signature))) continue;
            matches.Add(new P0fMatch(signature, fit, pattern.Distance(observed)));
        }
        return [.. matches.OrderByDescending(match => match.Fit).ThenByDescending(match => match.Signature.Confidence)];
    }

    private static bool IsApplication(Signature signature) =>
        signature.Device.Path == Application || signature.Device.Path.StartsWith(Application + "/", StringComparison.Ordinal);
}
