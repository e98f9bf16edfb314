namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Signatures by their patterns' texts, those of one text in the order in which they were given. Immutable.</summary>
internal sealed class SignatureTable
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _first;
    private readonly int[] _next;

    /// <summary>Of these, texts compared in this way.</summary>
    public SignatureTable(IReadOnlyList<Signature> signatures, StringComparer comparer)
    {
        All = signatures;
        _next = new int[signatures.Count];
        var first = new Dictionary<string, int>(signatures.Count, comparer);
        for (var i = signatures.Count - 1; i >= 0; i--) // from the back, so that a chain runs forwards
        {
            _next[i] = first.GetValueOrDefault(signatures[i].Pattern, -1);
            first[signatures[i].Pattern] = i;
        }
        _first = first.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>All, in the order in which they were given.</summary>
    public IReadOnlyList<Signature> All { get; }

    /// <summary>Position of the first signature of a text; -1 when there is none.</summary>
    public int First(ReadOnlySpan<char> text) => _first.TryGetValue(text, out var first) ? first : -1;

    /// <summary>Position of the next signature of the same text; -1 behind the last.</summary>
    public int Next(int position) => _next[position];
}
