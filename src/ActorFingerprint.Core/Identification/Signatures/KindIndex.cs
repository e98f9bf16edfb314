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
    private readonly Dictionary<char, List<(ExpressionPattern Expression, Signature Signature)>> _expressions = [];

    private readonly List<Signature> _tcpSignatures = [];
    private readonly List<(HttpPattern Pattern, Signature Signature)> _http = [];
    private P0fPatterns? _tcp;

    /// <summary>The patterns of whole values.</summary>
    public IReadOnlyDictionary<string, List<Signature>> Exact => _exact;

    public void Add(Signature signature)
    {
        switch (signature.Match)
        {
            case SignatureMatch.Exact when IsTcp(kind) && P0fPattern.TryParse(signature.Pattern, out _, out _):
                _tcpSignatures.Add(signature);
                break;
            case SignatureMatch.Exact when IsHttp(kind) && HttpPattern.TryParse(signature.Pattern, out var http, out _):
                _http.Add((http, signature));
                break;
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
                Add(new ExpressionPattern(signature.Pattern), signature);
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
        if (_tcpSignatures.Count > 0) FindTcp(value, ref hits);
        foreach (var (pattern, signature) in _http)
            if (pattern.IsMatch(value)) Add(signature, [value], qualifier, ref hits);
        FindExpressions('\0', value, qualifier, ref hits);
        FindExpressions(char.ToLowerInvariant(value[0]), value, qualifier, ref hits);
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

    private void FindExpressions(char head, string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (!_expressions.TryGetValue(head, out var expressions)) return;
        foreach (var (expression, signature) in expressions)
            if (expression.Captures(value) is { } groups) Add(signature, groups, qualifier, ref hits);
    }

    private void Add(ExpressionPattern expression, Signature signature)
    {
        foreach (var head in expression.Heads.DefaultIfEmpty('\0'))
        {
            if (!_expressions.TryGetValue(head, out var sameHead)) _expressions.Add(head, sameHead = []);
            sameHead.Add((expression, signature));
        }
    }

    /// <summary>Those that fit best: a system's own signature before one that it resembles.</summary>
    private void FindTcp(string value, ref List<SignatureHit>? hits)
    {
        if (!TcpTraits.TryParse(value, out var observed)) return;
        var matches = (_tcp ??= new P0fPatterns(_tcpSignatures)).Find(observed);
        foreach (var match in matches)
            if (match.Fit == matches[0].Fit && match.Signature.Confidence == matches[0].Signature.Confidence)
                (hits ??= []).Add(new SignatureHit(
                    match.Signature, match.Fit == P0fFit.Exact ? MatchQuality.Exact : MatchQuality.Near1, ModelOf(match.Signature, [value])));
    }

    private static bool IsTcp(SignatureKind kind) => kind is SignatureKind.TcpSyn or SignatureKind.TcpSynAck;

    private static bool IsHttp(SignatureKind kind) => kind is SignatureKind.HttpRequest or SignatureKind.HttpResponse;

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
