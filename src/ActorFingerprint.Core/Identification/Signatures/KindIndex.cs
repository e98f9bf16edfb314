using System.Globalization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>The signatures of one kind, arranged for search when the first value is looked up: a database is loaded whole, but asked for few kinds.</summary>
internal sealed class KindIndex
{
    private readonly Lazy<Arranged> _arranged;

    /// <summary>Of signatures of this kind, none of which is added later.</summary>
    public KindIndex(SignatureKind kind, IReadOnlyList<Signature> signatures) => _arranged = new Lazy<Arranged>(() => new Arranged(kind, signatures));

    /// <summary>The patterns of whole values.</summary>
    public SignatureTable Exact => _arranged.Value.Exact;

    /// <summary>Adds the signatures that a value meets.</summary>
    public void Find(string value, string qualifier, ref List<SignatureHit>? hits)
    {
        if (value.Length > 0) _arranged.Value.Find(value, qualifier, ref hits);
    }

    internal static void Add(Signature signature, ReadOnlySpan<string> groups, string qualifier, ref List<SignatureHit>? hits)
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

    private static bool IsTcp(SignatureKind kind) => kind is SignatureKind.TcpSyn or SignatureKind.TcpSynAck;

    private static bool IsHttp(SignatureKind kind) => kind is SignatureKind.HttpRequest or SignatureKind.HttpResponse;

    private static StringComparer ComparerOf(SignatureKind kind) =>
        kind is SignatureKind.HostName or SignatureKind.Ja3 or SignatureKind.Ja3S or SignatureKind.Oui or SignatureKind.Vendor
            or SignatureKind.MdnsService or SignatureKind.SsdpType or SignatureKind.SsdpUuid
            ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private sealed class Arranged
    {
        private readonly SignatureTable _prefixes;
        private readonly int[] _prefixLengths;
        private readonly TextPatterns _texts;
        private readonly P0fPatterns _tcp;
        private readonly List<(HttpPattern Pattern, Signature Signature)> _http = [];

        public Arranged(SignatureKind kind, IReadOnlyList<Signature> signatures)
        {
            List<Signature> exact = [], prefixes = [], globs = [], tokens = [], expressions = [], tcp = [];
            foreach (var signature in signatures)
                switch (signature.Match)
                {
                    case SignatureMatch.Exact when IsTcp(kind) && P0fPattern.TryParse(signature.Pattern, out _, out _):
                        tcp.Add(signature);
                        break;
                    case SignatureMatch.Exact when IsHttp(kind) && HttpPattern.TryParse(signature.Pattern, out var http, out _):
                        _http.Add((http, signature));
                        break;
                    default:
                        (signature.Match switch
                        {
                            SignatureMatch.Exact => exact,
                            SignatureMatch.Prefix => prefixes,
                            SignatureMatch.Glob => globs,
                            SignatureMatch.Token => tokens,
                            _ => expressions,
                        }).Add(signature);
                        break;
                }
            exact.TrimExcess();
            Exact = new SignatureTable(exact, ComparerOf(kind));
            _prefixes = new SignatureTable(prefixes, ComparerOf(kind));
            _prefixLengths = [.. prefixes.Select(signature => signature.Pattern.Length).Distinct().Order()];
            _texts = new TextPatterns([.. globs, .. tokens, .. expressions]);
            _tcp = new P0fPatterns(tcp);
        }

        public SignatureTable Exact { get; }

        public void Find(string value, string qualifier, ref List<SignatureHit>? hits)
        {
            AddAll(Exact, value, value, qualifier, ref hits);
            foreach (var length in _prefixLengths)
            {
                if (length > value.Length) break;
                AddAll(_prefixes, value.AsSpan(0, length), value, qualifier, ref hits);
            }
            if (_tcp.Count > 0) FindTcp(value, ref hits);
            foreach (var (pattern, signature) in _http)
                if (pattern.IsMatch(value)) Add(signature, [value], qualifier, ref hits);
            _texts.Find(value, qualifier, ref hits);
        }

        private static void AddAll(SignatureTable table, ReadOnlySpan<char> text, string value, string qualifier, ref List<SignatureHit>? hits)
        {
            for (var i = table.First(text); i >= 0; i = table.Next(i)) Add(table.All[i], [value], qualifier, ref hits);
        }

        /// <summary>Those that fit best: a system's own signature before one that it resembles.</summary>
        private void FindTcp(string value, ref List<SignatureHit>? hits)
        {
            if (!TcpTraits.TryParse(value, out var observed)) return;
            var matches = _tcp.Find(observed);
            foreach (var match in matches)
                if (match.Fit == matches[0].Fit && match.Signature.Confidence == matches[0].Signature.Confidence)
                    (hits ??= []).Add(new SignatureHit(
                        match.Signature, match.Fit == P0fFit.Exact ? MatchQuality.Exact : MatchQuality.Near1, ModelOf(match.Signature, [value])));
        }
    }
}
