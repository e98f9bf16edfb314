using System.Globalization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>The signatures of one kind.</summary>
internal sealed class KindIndex(SignatureKind kind)
{
    private readonly Dictionary<string, List<Signature>> _exact = new(ComparerOf(kind));
    private readonly Dictionary<string, List<Signature>> _prefixes = new(ComparerOf(kind));
    private readonly SortedSet<int> _prefixLengths = [];
    private readonly Dictionary<char, List<(GlobPattern Glob, Signature Signature)>> _globs = [];
    private readonly List<Signature> _tokens = [];
    private readonly List<(ExpressionPattern Expression, Signature Signature)> _expressions = [];

    /// <summary>The patterns of whole values.</summary>
    public IReadOnlyDictionary<string, List<Signature>> Exact => _exact;

    public void Add(Signature signature)
    {
        switch (signature.Match)
        {
            case SignatureMatch.Exact:
                Put(_exact, signature.Pattern, signature);
                break;
            case SignatureMatch.Prefix:
                Put(_prefixes, signature.Pattern, signature);
                _prefixLengths.Add(signature.Pattern.Length);
                break;
            case SignatureMatch.Glob:
                var glob = new GlobPattern(signature.Pattern);
                if (!_globs.TryGetValue(glob.Head, out var sameHead)) _globs.Add(glob.Head, sameHead = []);
                sameHead.Add((glob, signature));
                break;
            case SignatureMatch.Token:
                _tokens.Add(signature);
                break;
            default:
                _expressions.Add((new ExpressionPattern(signature.Pattern), signature));
                break;
        }
    }

    public void Find(string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (value.Length == 0) return;
        if (_exact.TryGetValue(value, out var exact)) AddAll(exact, value, qualifier, ref hits);
        FindPrefixes(value, qualifier, ref hits);
        FindGlobs('\0', value, qualifier, ref hits);
        FindGlobs(char.ToLowerInvariant(value[0]), value, qualifier, ref hits);
        foreach (var signature in _tokens)
            if (ContainsWord(value, signature.Pattern)) Add(signature, [value], qualifier, ref hits);
        foreach (var (expression, signature) in _expressions)
            if (expression.Captures(value) is { } groups) Add(signature, groups, qualifier, ref hits);
    }

    /// <summary>True where the text stands in the value with no letter or digit before or behind it.</summary>
    internal static bool ContainsWord(string value, string text)
    {
        for (var at = value.IndexOf(text, StringComparison.OrdinalIgnoreCase); at >= 0;
             at = value.IndexOf(text, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + text.Length;
            if (IsBoundary(value, at - 1, text[0]) && IsBoundary(value, end, text[^1])) return true;
        }
        return false;
    }

    private static bool IsBoundary(string value, int at, char edge) =>
        at < 0 || at >= value.Length || !char.IsLetterOrDigit(value[at]) || !char.IsLetterOrDigit(edge);

    private void FindPrefixes(string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (_prefixLengths.Count == 0) return;
        var prefixes = _prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in _prefixLengths)
        {
            if (length > value.Length) break;
            if (prefixes.TryGetValue(value.AsSpan(0, length), out var found)) AddAll(found, value, qualifier, ref hits);
        }
    }

    private void FindGlobs(char head, string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (!_globs.TryGetValue(head, out var globs)) return;
        foreach (var (glob, signature) in globs)
        {
            if (!glob.IsMatch(value)) continue;
            Add(signature, [value, .. glob.Captures(value) ?? []], qualifier, ref hits);
        }
    }

    private static void AddAll(List<Signature> signatures, string value, string qualifier, ref List<SignatureHit>? hits)
    {
        foreach (var signature in signatures) Add(signature, [value], qualifier, ref hits);
    }

    private static void Add(Signature signature, ReadOnlySpan<string> groups, string qualifier, ref List<SignatureHit>? hits)
    {
        var quality = signature.Qualifier.Length == 0 || signature.Qualifier == qualifier ? MatchQuality.Exact : MatchQuality.OtherMessage;
        (hits ??= []).Add(new SignatureHit(signature, quality, ModelOf(signature, groups)));
    }

    internal static string? ModelOf(Signature signature, ReadOnlySpan<string> groups)
    {
        if (signature.Device.Model is not { } model || !model.Contains('$', StringComparison.Ordinal)) return signature.Device.Model;
        for (var i = 0; i < Math.Min(groups.Length, 10); i++)
            model = model.Replace(string.Create(CultureInfo.InvariantCulture, $"${i}"), groups[i], StringComparison.Ordinal);
        return model.Contains('$', StringComparison.Ordinal) ? null : model.Trim();
    }

    private static void Put(Dictionary<string, List<Signature>> index, string key, Signature signature)
    {
        if (!index.TryGetValue(key, out var same)) index.Add(key, same = new List<Signature>(1));
        same.Add(signature);
    }

    private static StringComparer ComparerOf(SignatureKind kind) =>
        kind is SignatureKind.HostName or SignatureKind.Ja3 or SignatureKind.Ja3S or SignatureKind.Oui or SignatureKind.Vendor
            or SignatureKind.MdnsService or SignatureKind.SsdpType or SignatureKind.SsdpUuid
            ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
}
