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

    private readonly ConcurrentDictionary<Query, IReadOnlyList<SignatureHit>> _answers = new();
    private int _count;

    /// <inheritdoc />
    public IReadOnlyList<SignatureHit> Find(SignatureKind kind, string value, string qualifier = "")
    {
        var query = new Query(kind, value, qualifier);
        if (_answers.TryGetValue(query, out var known)) return known;
        var hits = source.Find(kind, value, qualifier);
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _answers.Clear();
            Volatile.Write(ref _count, 1);
        }
        _answers[query] = hits;
        return hits;
    }

    /// <summary>What was asked. Compares itself: the comparers of tuples put enumerations into objects.</summary>
    private readonly struct Query(SignatureKind kind, string value, string qualifier) : IEquatable<Query>
    {
        private readonly SignatureKind _kind = kind;
        private readonly string _value = value;
        private readonly string _qualifier = qualifier;

        public bool Equals(Query other) => _kind == other._kind && _value == other._value && _qualifier == other._qualifier;

        public override bool Equals(object? obj) => obj is Query other && Equals(other);

        public override int GetHashCode() =>
            _value.GetHashCode(StringComparison.Ordinal) * 31 + _qualifier.Length * 7 + (int)_kind; // qualifiers are few and differ in length
    }
}
