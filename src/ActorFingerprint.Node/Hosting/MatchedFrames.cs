using System.Globalization;
using System.Runtime.InteropServices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The frames behind observations, with what is to be said of each. One thread at a time.</summary>
internal sealed class MatchedFrames
{
    /// <summary>Facts named in one comment.</summary>
    private const int MaxFacts = 8;

    private readonly List<(long Frame, int Text, int Part, int Parts)> _matches = [];
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Takes the frames of one observation.</summary>
    public void Take(Observation observation)
    {
        var text = NumberOf(Describe(observation));
        if (observation.Frames is not { } frames)
        {
            _matches.Add((observation.Frame, text, 1, 1));
            return;
        }
        for (var i = 0; i < frames.Count; i++) _matches.Add((frames[i], text, i + 1, frames.Count));
    }

    /// <summary>Every frame once, rising, with its comment.</summary>
    public IEnumerable<(long Frame, string Comment)> InOrder()
    {
        var order = new int[_matches.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var matches = CollectionsMarshal.AsSpan(_matches);
        var frames = new long[order.Length];
        for (var i = 0; i < frames.Length; i++) frames[i] = matches[i].Frame;
        Array.Sort(order, (a, b) => frames[a] != frames[b] ? frames[a].CompareTo(frames[b]) : a.CompareTo(b));
        for (int at = 0, end; at < order.Length; at = end)
        {
            for (end = at; end < order.Length && frames[order[end]] == frames[order[at]]; end++) continue;
            yield return (frames[order[at]], string.Join("; ", order[at..end].Select(CommentOf)));
        }
    }

    private string CommentOf(int match)
    {
        var (_, text, part, parts) = _matches[match];
        return parts == 1 ? _texts[text] : string.Create(CultureInfo.InvariantCulture, $"part {part} of {parts}: {_texts[text]}");
    }

    private int NumberOf(string text)
    {
        if (_numbers.TryGetValue(text, out var number)) return number;
        _texts.Add(text);
        _numbers.Add(text, _texts.Count - 1);
        return _texts.Count - 1;
    }

    private static string Describe(Observation observation)
    {
        var head = $"{observation.Protocol} {observation.Event}";
        return observation switch
        {
            ClientHelloObservation { Hello: { } hello } => $"{head} ja4={hello.Ja4} ja3={hello.Ja3}{Named("sni", hello.Sni)}",
            ServerHelloObservation { Hello: { } hello } => $"{head} ja3s={hello.Ja3S}",
            DhcpObservation { Options: { } options } => head + Named("option55", options.OrderedString)
                + Named("option60", options.VendorClass is { } vendor ? WireText.Escape(vendor) : null),
            SignalObservation signal => head
                + string.Concat(signal.Facts.Take(MaxFacts).Select(fact => Named(WatchlistType.Of(fact.Kind).Name, fact.Value))),
            _ => head,
        };
    }

    private static string Named(string name, string? value) => string.IsNullOrEmpty(value) ? "" : $" {name}={value}";
}
