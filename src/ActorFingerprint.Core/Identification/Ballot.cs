namespace ActorFingerprint.Core.Identification;

/// <summary>
/// Combines supports for answers to one question. Each piece of evidence is a simple support function in the sense of Shafer ("A
/// Mathematical Theory of Evidence", 1976, chapter 4); supports for one answer add up as <c>1 − Π(1 − s)</c>, and Dempster's rule sets
/// them against the supports of rival answers, the conflict normalised away. So the result is bounded by 1, does not depend on the order,
/// and a rival lowers it. Of one source only the strongest support for an answer counts: repeats do not add up.
/// </summary>
internal sealed class Ballot<T>(Func<T, T, bool> areCompatible) where T : notnull
{
    private readonly Dictionary<(T Answer, EvidenceSource Source), double> _supports = [];
    private readonly List<T> _answers = [];

    /// <summary>Adds a support, 0 to 1.</summary>
    public void Add(T answer, EvidenceSource source, double support)
    {
        if (!_answers.Contains(answer)) _answers.Add(answer);
        var key = (answer, source);
        _supports[key] = Math.Max(_supports.GetValueOrDefault(key), support);
    }

    /// <summary>The answers with their confidence, the surest first; equal ones in the order they were given in.</summary>
    public IReadOnlyList<(T Answer, double Confidence)> Results() =>
        [.. _answers.Select(answer => (answer, Confidence(answer))).OrderByDescending(result => result.Item2)];

    private double Confidence(T answer)
    {
        var (doubtOfAnswer, doubtOfRivals) = (1.0, 1.0);
        foreach (var ((other, source), support) in _supports)
            if (Speaks(other, answer)) doubtOfAnswer *= 1 - support * ShareOfSource(answer, other, source);
            else if (!areCompatible(other, answer)) doubtOfRivals *= 1 - support;
        var belief = 1 - doubtOfAnswer;
        return belief * doubtOfRivals / (1 - belief * (1 - doubtOfRivals));
    }

    /// <summary>A source that speaks both for an answer and for a wider or narrower one speaks once: with its support for the answer itself.</summary>
    private double ShareOfSource(T answer, T other, EvidenceSource source)
    {
        if (EqualityComparer<T>.Default.Equals(answer, other)) return 1;
        return _supports.ContainsKey((answer, source)) ? 0 : 1;
    }

    private bool Speaks(T other, T answer) => EqualityComparer<T>.Default.Equals(other, answer) || areCompatible(other, answer);
}
