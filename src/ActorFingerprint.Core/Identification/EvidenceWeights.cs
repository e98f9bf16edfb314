namespace ActorFingerprint.Core.Identification;

/// <summary>
/// How far each source is trusted, 0 to 1: an exact, unambiguous match of a source supports its answer with this much at most. The
/// defaults are those of the specification (device-identification reference §10).
/// </summary>
public sealed class EvidenceWeights
{
    private static readonly double[] Specified = [.90, .85, .80, .75, .70, .70, .70, .65, .60, .60, .60, .50];

    private readonly double[] _weights;

    private EvidenceWeights(double[] weights) => _weights = weights;

    /// <summary>The specification's weights.</summary>
    public static EvidenceWeights Default { get; } = new(Specified);

    /// <summary>The weight of a source.</summary>
    public double this[EvidenceSource source] => _weights[(int)source];

    /// <summary>With another weight for one source; throws <see cref="ArgumentOutOfRangeException"/> outside 0 to 1.</summary>
    public EvidenceWeights With(EvidenceSource source, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 1);
        var weights = (double[])_weights.Clone();
        weights[(int)source] = weight;
        return new EvidenceWeights(weights);
    }
}
