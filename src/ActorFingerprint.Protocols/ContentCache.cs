namespace ActorFingerprint.Protocols;

/// <summary>
/// Shares one immutable object between messages with the same bytes. A fixed number of places in sets of two; a set takes a content that it
/// was offered twice in a row, in the place that was used longer ago. Whole contents are compared, so a hit is never wrong and results do
/// not depend on it.
/// </summary>
/// <param name="slots">Places; a power of two, at least 2.</param>
/// <param name="maxBytes">Bytes of contents kept at most; the cache begins anew where one more would not fit.</param>
internal sealed class ContentCache<T>(int slots, int maxBytes = int.MaxValue)
    where T : class
{
    /// <summary>Longer contents are not kept: a sender must not fill the places with megabytes.</summary>
    public const int MaxContent = 2048;

    private Set[]? _sets;
    private int _bytes;

    /// <summary>The object stored for exactly these bytes, or null.</summary>
    /// <param name="hash"><see cref="ContentHash.Of"/> of <paramref name="content"/>.</param>
    /// <param name="content">The bytes.</param>
    public T? Find(ulong hash, ReadOnlySpan<byte> content)
    {
        if (_sets is null) return null;
        ref var set = ref SetOf(hash);
        if (set.Recent.Holds(hash, content)) return set.Recent.Value;
        if (!set.Other.Holds(hash, content)) return null;
        (set.Recent, set.Other) = (set.Other, set.Recent);
        return set.Recent.Value;
    }

    /// <summary>
    /// Offers an object for these bytes; kept when the set was offered the same last time, so that one-off contents cost no copy.
    /// </summary>
    public void Offer(ulong hash, ReadOnlySpan<byte> content, T value)
    {
        if (content.Length > MaxContent) return;
        _sets ??= new Set[slots / 2];
        ref var set = ref SetOf(hash);
        if (set.Candidate != hash)
        {
            set.Candidate = hash;
            return;
        }
        _bytes += content.Length - (set.Other.Content?.Length ?? 0);
        if (_bytes > maxBytes)
        {
            Array.Clear(_sets);
            _bytes = content.Length;
        }
        set.Other = set.Recent;
        set.Recent = new Place { Hash = hash, Content = content.ToArray(), Value = value };
    }

    private ref Set SetOf(ulong hash) => ref _sets![(int)hash & (_sets.Length - 1)];

    private struct Set
    {
        public ulong Candidate;
        public Place Recent;
        public Place Other;
    }

    private struct Place
    {
        public ulong Hash;
        public byte[]? Content;
        public T? Value;

        public readonly bool Holds(ulong hash, ReadOnlySpan<byte> content) =>
            Hash == hash && Value is not null && content.SequenceEqual(Content);
    }
}
