using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Core.Devices;

/// <summary>Compares one observation with what is known of its device and collects the events of what is new.</summary>
internal struct DeviceNews(DeviceState state, Observation observation, string run, IFingerprintCounts counts)
{
    /// <summary>Sightings that make a fingerprint the established one of its kind.</summary>
    public const int EstablishedSightings = 3;

    private List<DeviceEvent>? _events;

    private readonly Sighting Where => new(run, observation.Frame, observation.Index);

    private readonly long At => observation.AtTicks;

    public IReadOnlyList<DeviceEvent> Read()
    {
        if (!state.Exists) ReadFirstSight();
        if (!state.IsRouter || !observation.CrossesRouters)
        {
            if (observation is DhcpObservation dhcp) ReadDhcp(dhcp);
            else ReadOther();
            ReadHits();
        }
        if (_events is null) return [];
        return _events;
    }

    private void ReadFirstSight()
    {
        var via = observation.Via == MacAddress.None ? null : observation.Via.ToString();
        Add(new DeviceEvent.FirstSeen(At, observation.Device, Where, observation.Device.Mac.IsLocallyAdministered, via));
    }

    private void ReadOther()
    {
        if (observation is ClientHelloObservation client) ReadHello(client);
        else if (observation is SignalObservation signal) ReadSignal(signal);
    }

    private void ReadHello(ClientHelloObservation client)
    {
        var hello = client.Hello;
        if (IsNew(FingerprintKind.Ja4, hello.Ja4)) AddFingerprint(FingerprintKind.Ja4, hello.Ja4, Features(hello));
        if (hello.Stack.Length > 0) ReadFact(new DeviceFact(FactKind.TlsStack, hello.Stack));
        if (client.Quic is { } quic)
        {
            if (quic.Parameters.Length > 0) ReadFact(new DeviceFact(FactKind.QuicParameters, quic.Parameters));
            if (quic.UserAgent is { Length: > 0 } agent) ReadFact(new DeviceFact(FactKind.QuicUserAgent, agent));
        }
        ReadAddress(observation.Source);
    }

    private void ReadSignal(SignalObservation signal)
    {
        for (var i = 0; i < signal.Facts.Count; i++) ReadFact(signal.Facts[i]);
        for (var i = 0; i < signal.HostNames.Count; i++) AddHostName(signal.HostNames[i].Name, signal.HostNames[i].Source);
        ReadAddress(signal.OwnAddress);
    }

    /// <summary>Hits have room of their own in an hour: other facts cannot crowd them out.</summary>
    private void ReadHits()
    {
        for (var i = 0; i < observation.Hits.Count; i++)
            ReadFact(new DeviceFact(FactKind.WatchlistHit, observation.Hits[i].Text), 2 * NoveltyWindows.FactLimit);
    }

    private void ReadFact(in DeviceFact fact, int limit = NoveltyWindows.FactLimit)
    {
        if (state.Knows(fact) || state.Novelty.At(Novelty.Fact, At).NewValues >= limit) return;
        foreach (var pending in _events ?? [])
            if (pending is DeviceEvent.FactObserved given && given.Kind == fact.Kind && given.Value == fact.Value) return;
        Add(new DeviceEvent.FactObserved(At, fact.Kind, fact.Value, Where));
    }

    private void ReadDhcp(DhcpObservation dhcp)
    {
        if (dhcp.Op == 2)
        {
            if (dhcp.MessageType is DhcpMessageType.Ack) ReadAddress(dhcp.YourAddress);
            return;
        }
        if (dhcp.IsFingerprint)
        {
            var kind = KindOf(dhcp.MessageType);
            var list = dhcp.Options.OrderedString!;
            if (IsNew(kind, list)) AddFingerprint(kind, list, Features(dhcp.Options));
        }
        ReadAddress(dhcp.ClientAddress);
        ReadHostName(DhcpHostName.OfHostName(dhcp.Options.HostName), HostNameSource.DhcpHostName);
        ReadHostName(DhcpHostName.OfAsciiFqdn(dhcp.Options.ClientFqdn), HostNameSource.DhcpFqdn);
        ReadWireFqdn(dhcp.Options.ClientFqdn);
    }

    /// <summary>True for a value that is to be journaled. The first one over the hour's limit is told as suppression instead.</summary>
    private bool IsNew(FingerprintKind kind, string value)
    {
        if (state.History(kind).Find(value) is not null) return false;
        var window = state.Novelty.At((Novelty)kind, At);
        if (window.NewValues < NoveltyWindows.Limit) return true;
        if (!window.IsSuppressed) Add(new DeviceEvent.ChurnSuppressed(At, kind, window.HourStartTicks, Where));
        return false;
    }

    private void AddFingerprint(FingerprintKind kind, string value, FingerprintFeatures features)
    {
        var history = state.History(kind);
        Add(new DeviceEvent.FingerprintObserved(At, kind, state.LastNumber + 1, value, features, Where));
        if (Established(kind, history) is { } previous)
            Add(new DeviceEvent.ChurnDetected(At, kind, previous.Value, value, history.Distinct + 1, Where));
    }

    /// <summary>The established value that was seen last; equal times are decided by the number.</summary>
    private readonly FingerprintValue? Established(FingerprintKind kind, FingerprintHistory history)
    {
        FingerprintValue? established = null;
        var last = long.MinValue;
        foreach (var value in history.Values)
        {
            var count = counts.Of(kind, value.Number);
            if (count.Count < EstablishedSightings || count.LastTicks < last) continue;
            (established, last) = (value, count.LastTicks);
        }
        return established;
    }

    private void ReadAddress(NetworkAddress address)
    {
        if (!address.IsUnicast || state.Knows(address) || !state.Novelty.Allows(Novelty.Address, At)) return;
        Add(new DeviceEvent.AddressObserved(At, address.ToString(), Where));
    }

    private void ReadHostName(ReadOnlySpan<byte> name, HostNameSource source)
    {
        if (name.IsEmpty) return;
        foreach (var known in state.HostNames.AsSpan())
            if (WireText.EqualsPlain(name, known.Name)) return;
        Span<char> text = stackalloc char[DhcpHostName.MaxCharacters];
        AddHostName(text[..WireText.Format(name, text)], source);
    }

    private void ReadWireFqdn(byte[]? option81)
    {
        if (!DhcpHostName.IsWireFqdn(option81)) return;
        Span<char> text = stackalloc char[DhcpHostName.MaxCharacters];
        AddHostName(text[..DhcpHostName.FormatWireFqdn(option81, text)], HostNameSource.DhcpFqdn);
    }

    private void AddHostName(ReadOnlySpan<char> name, HostNameSource source)
    {
        if (name.IsEmpty || state.Knows(name) || !state.Novelty.Allows(Novelty.HostName, At)) return;
        foreach (var pending in _events ?? [])
            if (pending is DeviceEvent.HostNameObserved given && name.SequenceEqual(given.Name)) return;
        Add(new DeviceEvent.HostNameObserved(At, name.ToString(), source, Where));
    }

    private void Add(DeviceEvent @event) => (_events ??= []).Add(@event);

    public static FingerprintKind KindOf(DhcpMessageType type) => type switch
    {
        DhcpMessageType.Discover => FingerprintKind.DhcpDiscover,
        DhcpMessageType.Request => FingerprintKind.DhcpRequest,
        _ => FingerprintKind.DhcpInform,
    };

    private static FingerprintFeatures Features(DhcpOptions options) => new()
    {
        SortedList = options.SortedString,
        SortedHash = options.SortedHash,
        OptionOrder = string.Join(',', options.Order[..Math.Min(options.Order.Length, FingerprintFeatures.MaxLength)]),
        VendorClass = options.VendorClass is { } vendorClass ? WireText.Escape(Bounded(vendorClass)) : null,
        UserClass = options.UserClass is { } userClass ? Convert.ToHexStringLower(Bounded(userClass)) : null,
    };

    private readonly FingerprintFeatures Features(ClientHello hello) => new()
    {
        Ja3 = hello.Ja3,
        Sni = hello.Sni.Length > 0 ? FingerprintFeatures.Bounded(hello.Sni) : null,
        Alpn = hello.Alpn is [var first, ..] ? WireText.Escape(first) : null,
        DestinationAddress = observation.Destination.IsNone ? null : observation.Destination.ToString(),
        DestinationPort = observation.DestinationPort,
        Ech = hello.HasEch ? true : null,
    };

    private static ReadOnlySpan<byte> Bounded(byte[] bytes) => bytes.AsSpan(0, Math.Min(bytes.Length, FingerprintFeatures.MaxLength));
}
