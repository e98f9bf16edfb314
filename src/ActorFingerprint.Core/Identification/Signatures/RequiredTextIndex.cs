using System.Runtime.InteropServices;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// Tells which of many patterns a value may meet, by the texts that they require: beginnings are looked up as a whole, other texts by
/// three characters in a row of which few patterns have the same. A pattern without such a text is a candidate for every value. Letter case
/// does not count. Immutable.
/// </summary>
internal sealed class RequiredTextIndex
{
    private const int Gram = 3;

    private readonly Dictionary<string, List<int>> _beginnings = new(StringComparer.OrdinalIgnoreCase);
    private readonly int[] _lengths;
    private readonly Dictionary<ulong, List<int>> _grams = [];
    private readonly List<int> _always = [];

    /// <summary>Of patterns by their position; of the texts that each requires, the rarest is taken.</summary>
    public RequiredTextIndex(IReadOnlyList<IReadOnlyList<RequiredRun>> patterns)
    {
        var frequencies = Frequencies(patterns);
        for (var i = 0; i < patterns.Count; i++)
        {
            if (Best(patterns[i], frequencies) is not { } best)
            {
                _always.Add(i);
                continue;
            }
            foreach (var text in best.Texts)
                if (best.IsAtStart) Put(_beginnings, text, i);
                else Put(_grams, Rarest(text, frequencies).Key, i);
        }
        _lengths = [.. _beginnings.Keys.Select(text => text.Length).Distinct().Order()];
    }

    /// <summary>Positions of the patterns that the value may meet, rising, none twice; null when there are none.</summary>
    public List<int>? Find(string value)
    {
        List<int>? found = null;
        Add(_always, ref found);
        if (_lengths.Length > 0)
        {
            var beginnings = _beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
            foreach (var length in _lengths)
            {
                if (length > value.Length) break;
                if (beginnings.TryGetValue(value.AsSpan(0, length), out var patterns)) Add(patterns, ref found);
            }
        }
        if (_grams.Count > 0)
        {
            foreach (var key in new Grams(value))
                if (_grams.TryGetValue(key, out var patterns)) Add(patterns, ref found);
        }
        if (found is { Count: > 1 }) Settle(found);
        return found;
    }

    private static void Add(List<int> patterns, ref List<int>? found)
    {
        if (patterns.Count > 0) (found ??= []).AddRange(patterns);
    }

    /// <summary>Sorts, and leaves each once.</summary>
    private static void Settle(List<int> found)
    {
        found.Sort();
        var kept = 1;
        for (var i = 1; i < found.Count; i++)
            if (found[i] != found[kept - 1]) found[kept++] = found[i];
        CollectionsMarshal.SetCount(found, kept);
    }

    private static Dictionary<ulong, int> Frequencies(IReadOnlyList<IReadOnlyList<RequiredRun>> patterns)
    {
        Dictionary<ulong, int> frequencies = [];
        foreach (var runs in patterns)
            foreach (var run in runs)
                foreach (var text in run.Texts)
                    foreach (var key in new Grams(text)) CollectionsMarshal.GetValueRefOrAddDefault(frequencies, key, out _)++;
        return frequencies;
    }

    /// <summary>The run that costs least to find; null when none can be found by.</summary>
    private static RequiredRun? Best(IReadOnlyList<RequiredRun> runs, Dictionary<ulong, int> frequencies)
    {
        RequiredRun? best = null;
        var least = long.MaxValue;
        foreach (var run in runs)
        {
            if (Crowd(run, frequencies) is not { } crowd || crowd >= least) continue;
            (best, least) = (run, crowd);
        }
        return best;
    }

    /// <summary>How many patterns share the keys of a run: what finding it costs. Null when it has a text too short for a key, elsewhere than at the start.</summary>
    private static long? Crowd(RequiredRun run, Dictionary<ulong, int> frequencies)
    {
        var crowd = 0L;
        foreach (var text in run.Texts)
        {
            if (text.Length >= Gram) crowd += Rarest(text, frequencies).Count;
            else if (run.IsAtStart) crowd += int.MaxValue;
            else return null;
        }
        return crowd;
    }

    private static (ulong Key, int Count) Rarest(string text, Dictionary<ulong, int> frequencies)
    {
        var rarest = (Key: 0UL, Count: int.MaxValue);
        foreach (var key in new Grams(text))
            if (frequencies[key] is var count && count < rarest.Count) rarest = (key, count);
        return rarest;
    }

    /// <summary>The same for all characters that any comparison without letter case takes for the same.</summary>
    private static char Fold(char c) => char.IsAscii(c) ? char.ToLowerInvariant(c) : char.ToLowerInvariant(char.ToUpperInvariant(c));

    private static void Put<TKey>(Dictionary<TKey, List<int>> index, TKey key, int pattern) where TKey : notnull
    {
        if (!index.TryGetValue(key, out var same)) index.Add(key, same = new List<int>(1));
        if (same.Count == 0 || same[^1] != pattern) same.Add(pattern);
    }

    /// <summary>The keys of all three characters in a row of a text; enumerated where it stands, without an object.</summary>
    private ref struct Grams(string text)
    {
        private int _at;

        public ulong Current { get; private set; }

        public readonly Grams GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_at < text.Length)
            {
                Current = ((Current << 16) | Fold(text[_at++])) & 0xFFFF_FFFF_FFFF;
                if (_at >= Gram) return true;
            }
            return false;
        }
    }
}
