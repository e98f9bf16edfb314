using System.Collections.Concurrent;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Remembers what a source answered: devices of a network show the same values again and again. Bounded; when it is full it starts anew,
/// so that a sender of endless values costs searches and no memory.
/// </summary>
public sealed class SignatureCache(ISignatureSource source) : ISignatureSource
{
    /// <summary>Answers kept.</summary>
    public const int Capacity = 8_192;

    private readonly ConcurrentDictionary<(SignatureKind, string, string), IReadOnlyList<SignatureHit>> _answers = new();
    private int _count;

    /// <inheritdoc />
    public IReadOnlyList<SignatureHit> Find(SignatureKind kind, string value, string qualifier = "")
    {
        if (_answers.TryGetValue((kind, value, qualifier), out var known)) return known;
        var hits = source.Find(kind, value, qualifier);
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _answers.Clear();
            Volatile.Write(ref _count, 1);
        }
        _answers[(kind, value, qualifier)] = hits;
        return hits;
    }
}
