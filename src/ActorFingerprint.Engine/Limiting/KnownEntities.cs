using System.Numerics;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// Which entities the journal may hold: a Bloom filter over their keys, which are HMACs and need no further hashing. What it rules out
/// begins anew without a look at the journal, so strangers cost no read, however many. Any thread may ask and add.
/// </summary>
internal sealed class KnownEntities
{
    private const int BitsPerEntity = 16; // with four probes: 0.24 % false positives, each a needless read
    private const int LeastEntities = 65_536;

    private volatile Filter? _trusted;
    private volatile Filter? _building;
    private long _begun;

    /// <summary>How many filters were begun so far.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>
    /// Whether nothing can be stored under the key; false while that is not known. Of the filters only those are asked that were begun
    /// after
    /// <paramref name="begun"/> others: an older one does not know what an earlier owner stored.
    /// </summary>
    public bool RulesOut(LimiterKey key, long begun) => _trusted is { } filter && filter.Number > begun && !filter.MayHold(key);

    /// <summary>Something is stored under the key now: a listing that began before this may have missed it.</summary>
    public void Add(LimiterKey key)
    {
        _building?.Add(key);
        _trusted?.Add(key);
    }

    /// <summary>Another owner wrote: nothing is ruled out until the journal was listed again.</summary>
    public void Distrust() => (_trusted, _building) = (null, null);

    /// <summary>Begins a new filter, for about so many; what is stored from now on gets into it.</summary>
    public Filter Begin(long expected) => _building = new Filter(Math.Max(LeastEntities, expected), Interlocked.Increment(ref _begun));

    /// <summary>Everything stored is in the filter; it replaces the older one unless another owner wrote meanwhile.</summary>
    public void Complete(Filter built)
    {
        if (ReferenceEquals(_building, built)) _trusted = built; // and stays the one being built: nobody adds to neither
    }

    /// <summary>A Bloom filter for about so many entities.</summary>
    internal sealed class Filter
    {
        private readonly ulong[] _words;
        private readonly ulong _mask;

        public Filter(long entities, long number)
        {
            Number = number;
            var size = BitOperations.RoundUpToPowerOf2((ulong)(entities * BitsPerEntity));
            (_words, _mask) = (new ulong[size / 64], size - 1);
        }

        /// <summary>Which it is, from 1.</summary>
        public long Number { get; }

        public long Capacity => _words.Length * 64L / BitsPerEntity;

        public void Add(LimiterKey key)
        {
            Set(key.A);
            Set(key.B);
            Set(key.C);
            Set(key.D);
        }

        public bool MayHold(LimiterKey key) => Has(key.A) && Has(key.B) && Has(key.C) && Has(key.D);

        private bool Has(ulong hash) => (Volatile.Read(ref _words[(hash & _mask) >> 6]) & (1UL << (int)(hash & 63))) != 0;

        private void Set(ulong hash)
        {
            ref var word = ref _words[(hash & _mask) >> 6];
            var bit = 1UL << (int)(hash & 63);
            if ((Volatile.Read(ref word) & bit) == 0) Interlocked.Or(ref word, bit);
        }
    }
}
