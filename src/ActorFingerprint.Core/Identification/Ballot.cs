using System.Runtime.InteropServices;

namespace ActorFingerprint.Core.Identification;

/// <summary>
/// Combines supports for answers to one question. Each piece of evidence is a simple support function in the sense of Shafer ("A
/// Mathematical Theory of Evidence", 1976, chapter 4); supports for one answer add up as <c>1 − Π(1 − s)</c>, and Dempster's rule sets
/// them against the supports of rival answers, the conflict normalised away. So the result is bounded by 1, does not depend on the order,
/// and a rival lowers it. Of one source only the strongest support for an answer counts: repeats do not add up.
/// </summary>
/// <param name="areEqual">Two answers are one.</param>
/// <param name="areCompatible">Two answers can both be right; what is equal is compatible.</param>
internal sealed class Ballot<T>(Func<T, T, bool> areEqual, Func<T, T, bool> areCompatible)
{
    private readonly List<Voice> _voices = [];
    private readonly List<T> _answers = [];

    /// <summary>Adds a support, 0 to 1.</summary>
    public void Add(T answer, EvidenceSource source, double support)
    {
        foreach (ref var voice in CollectionsMarshal.AsSpan(_voices))
        {
            if (voice.Source != source || !areEqual(voice.Answer, answer)) continue;
            voice.Support = Math.Max(voice.Support, support);
            return;
        }
        if (!HasAnswer(answer)) _answers.Add(answer);
        _voices.Add(new Voice(answer, source) { Support = support });
    }

    /// <summary>The answers with their confidence, the surest first; equal ones in the order they were given in.</summary>
    public IReadOnlyList<(T Answer, double Confidence)> Results()
    {
        var results = new List<(T Answer, double Confidence)>(_answers.Count);
        foreach (var answer in _answers)
        {
            var confidence = Confidence(answer);
            var at = results.Count;
            while (at > 0 && results[at - 1].Confidence.CompareTo(confidence) < 0) at--;
            results.Insert(at, (answer, confidence));
        }
        return results;
    }

    private bool HasAnswer(T answer)
    {
        foreach (var known in _answers)
            if (areEqual(known, answer)) return true;
        return false;
    }

    private double Confidence(T answer)
    {
        var (doubtOfAnswer, doubtOfRivals) = (1.0, 1.0);
        foreach (var voice in _voices)
            if (areCompatible(voice.Answer, answer)) doubtOfAnswer *= 1 - voice.Support * ShareOfSource(answer, voice);
            else doubtOfRivals *= 1 - voice.Support;
        var belief = 1 - doubtOfAnswer;
        return belief * doubtOfRivals / (1 - belief * (1 - doubtOfRivals));
    }

    /// <summary>A source that speaks both for an answer and for a wider or narrower one speaks once: with its support for the answer itself.</summary>
    private double ShareOfSource(T answer, in Voice voice)
    {
        if (areEqual(voice.Answer, answer)) return 1;
        foreach (var other in _voices)
            if (other.Source == voice.Source && areEqual(other.Answer, answer)) return 0;
        return 1;
    }

    /// <summary>What a source says for an answer.</summary>
    private record struct Voice(T Answer, EvidenceSource Source)
    {
        public double Support { get; set; }
    }
}
