using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Phrases of whole words with what they stand for; the first phrase in the table's order that a text has, wins. Letter case and a plural s
/// do not matter; <c>ring</c> is not in "monitoring", <c>hp</c> not in "php" (device-identification reference §7).
/// </summary>
internal sealed class WordTable<T>
{
    private readonly Dictionary<string, List<(int Rank, string[] Words, T Meaning)>> _byFirstWord = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Adds phrases, separated by bars, behind those that are there.</summary>
    public WordTable<T> Add(T meaning, string phrases)
    {
        foreach (var phrase in phrases.Split('|'))
        {
            var words = phrase.Split(' ');
            if (!_byFirstWord.TryGetValue(words[0], out var same)) _byFirstWord[words[0]] = same = [];
            same.Add((_count++, words, meaning));
        }
        return this;
    }

    /// <summary>What a text stands for.</summary>
    public bool TryFind(string? text, [MaybeNullWhen(false)] out T meaning)
    {
        meaning = default;
        var best = int.MaxValue;
        var words = WordsOf(text);
        for (var at = 0; at < words.Count; at++)
        {
            foreach (var first in Forms(words[at]))
            {
                if (!_byFirstWord.TryGetValue(first, out var candidates)) continue;
                foreach (var (rank, phrase, stands) in candidates)
                {
                    if (rank >= best || !IsAt(words, at, phrase)) continue;
                    (best, meaning) = (rank, stands);
                }
            }
        }
        return best < int.MaxValue;
    }

    private static bool IsAt(List<string> words, int at, string[] phrase)
    {
        if (at + phrase.Length > words.Count) return false;
        for (var i = 1; i < phrase.Length; i++)
            if (!Forms(words[at + i]).Contains(phrase[i])) return false;
        return true;
    }

    private static IEnumerable<string> Forms(string word)
    {
        yield return word;
        if (word.Length > 3 && word.EndsWith('s')) yield return word[..^1];
        if (word.Length > 4 && word.EndsWith("es", StringComparison.Ordinal)) yield return word[..^2];
    }

    private static List<string> WordsOf(string? text)
    {
        List<string> words = [];
        var start = -1;
        for (var i = 0; i <= (text?.Length ?? 0); i++)
        {
            var isLetter = i < text?.Length && char.IsLetterOrDigit(text[i]);
            if (isLetter && start < 0) start = i;
            if (isLetter || start < 0) continue;
            words.Add(text![start..i].ToLowerInvariant());
            start = -1;
        }
        return words;
    }
}
