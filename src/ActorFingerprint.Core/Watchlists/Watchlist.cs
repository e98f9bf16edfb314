using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Watchlists;

/// <summary>One value to look for.</summary>
/// <param name="Type">What it is compared with.</param>
/// <param name="Value">Its canonical text.</param>
/// <param name="Label">What the list says of it; empty when it says nothing.</param>
public sealed record WatchlistEntry(WatchlistType Type, string Value, string Label)
{
    /// <summary>Lowest number of <see cref="SignatureId"/>: from here on, rule numbers are for local use.</summary>
    public const int FirstSignatureId = 1_000_000;

    private const int SignatureIds = 1_000_000;

    /// <summary>The hit in words: <c>label: ja4=value</c>, or <c>ja4=value</c> without a label. At most as long as a fact may be.</summary>
    public string Text
    {
        get
        {
            var text = Label.Length == 0 ? $"{Type.Name}={Value}" : $"{Label}: {Type.Name}={Value}";
            return text.Length <= DeviceFact.MaxLength ? text : text[..DeviceFact.MaxLength];
        }
    }

    /// <summary>A number of the entry for systems that name signatures so: the same wherever type and value are the same.</summary>
    public int SignatureId
    {
        get
        {
            var hash = 2166136261u; // FNV-1a, 32 bits
            foreach (var c in Type.Name) hash = (hash ^ c) * 16777619;
            hash = (hash ^ '=') * 16777619;
            foreach (var c in Value) hash = (hash ^ c) * 16777619;
            return FirstSignatureId + (int)(hash % SignatureIds);
        }
    }
}

/// <summary>
/// Values to look for in observations. Immutable, so that a list may be replaced while others read it. A type without entries costs
/// nothing, any other one look-up a value; letter case does not count.
/// </summary>
public sealed class Watchlist
{
    private readonly Dictionary<string, WatchlistEntry>?[] _byType;

    /// <summary>The entries; of several with one type and value, the first counts.</summary>
    public Watchlist(IReadOnlyCollection<WatchlistEntry> entries)
    {
        _byType = entries.Count == 0 ? [] : new Dictionary<string, WatchlistEntry>?[WatchlistType.Count];
        foreach (var entry in entries)
        {
            var values = _byType[entry.Type.Number] ??= new Dictionary<string, WatchlistEntry>(StringComparer.OrdinalIgnoreCase);
            if (values.TryAdd(entry.Value, entry)) Count++;
        }
    }

    /// <summary>Nothing to look for.</summary>
    public static Watchlist Empty { get; } = new([]);

    /// <summary>Entries.</summary>
    public int Count { get; }

    /// <summary>Nothing to look for.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Looks every value of an observation up and notes what was hit in <see cref="Observation.Hits"/>.</summary>
    public void Mark(Observation observation)
    {
        if (IsEmpty) return;
        List<WatchlistEntry>? hits = null;
        switch (observation)
        {
            case ClientHelloObservation client:
                Find(WatchlistType.Ja4, client.Hello.Ja4, ref hits);
                Find(WatchlistType.Ja3, client.Hello.Ja3, ref hits);
                Find(WatchlistType.Sni, client.Hello.Sni, ref hits);
                Find(WatchlistType.Of(FactKind.TlsStack), client.Hello.Stack, ref hits);
                if (client.Quic is { } quic) FindQuic(quic, ref hits);
                break;
            case ServerHelloObservation server:
                Find(WatchlistType.Ja3S, server.Hello.Ja3S, ref hits);
                break;
            case DhcpObservation dhcp:
                FindDhcp(dhcp, ref hits);
                break;
            case SignalObservation signal:
                for (var i = 0; i < signal.Facts.Count; i++) Find(WatchlistType.Of(signal.Facts[i].Kind), signal.Facts[i].Value, ref hits);
                for (var i = 0; i < signal.HostNames.Count; i++) Find(WatchlistType.HostName, signal.HostNames[i].Name, ref hits);
                break;
        }
        if (hits is not null) observation.Hits = hits;
    }

    private void FindQuic(QuicFacts quic, ref List<WatchlistEntry>? hits)
    {
        Find(WatchlistType.Of(FactKind.QuicParameters), quic.Parameters, ref hits);
        Find(WatchlistType.Of(FactKind.QuicUserAgent), quic.UserAgent, ref hits);
    }

    private void FindDhcp(DhcpObservation dhcp, ref List<WatchlistEntry>? hits)
    {
        if (dhcp.Op != 1) return;
        if (_byType[WatchlistType.Dhcp.Number] is not null && dhcp.IsFingerprint)
            Find(WatchlistType.Dhcp, dhcp.Options.OrderedString, ref hits);
        if (_byType[WatchlistType.DhcpVendor.Number] is not null && dhcp.Options.VendorClass is { } vendor)
            Find(WatchlistType.DhcpVendor, Text.WireText.Escape(vendor), ref hits);
        if (_byType[WatchlistType.HostName.Number] is not null && DhcpHostName.OfHostName(dhcp.Options.HostName) is { IsEmpty: false } name)
            Find(WatchlistType.HostName, Text.WireText.Escape(name), ref hits);
    }

    private void Find(WatchlistType type, string? value, ref List<WatchlistEntry>? hits)
    {
        if (_byType[type.Number] is { } values && !string.IsNullOrEmpty(value) && values.TryGetValue(value, out var entry))
            (hits ??= []).Add(entry);
    }
}
