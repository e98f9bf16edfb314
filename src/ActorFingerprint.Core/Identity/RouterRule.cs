using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Identity;

/// <summary>
/// Tells hosts from routers in one run, in observation order (design §4). A MAC address is a router from the 4th distinct scope of
/// client addresses that TLS, TCP and other packets that cross routers come from through it, not counting addresses that DHCP binds to it: a scope is an IPv4 address or
/// an IPv6 /64, within a VLAN. From then on such packets through it belong to <c>ip:site/vlan/address</c>. Link-local and other addresses
/// that no router forwards say nothing and stay with the MAC address. Mutable, one user at a time; bounded; no clock.
/// </summary>
public sealed class RouterRule
{
    /// <summary>Scopes that a host may have.</summary>
    public const int MaxScopes = 3;

    /// <summary>MAC addresses under watch; the one unheard of for longest is forgotten.</summary>
    public const int MaxCandidates = 16_384;

    /// <summary>Known routers; likewise.</summary>
    public const int MaxRouters = 4_096;

    /// <summary>MAC addresses with DHCP bindings; likewise.</summary>
    public const int MaxBound = 16_384;

    /// <summary>Addresses bound to one MAC address: the newest.</summary>
    public const int MaxBindings = 4;

    /// <summary>Hellos and signals remembered for all candidates together; over it whole candidates are forgotten.</summary>
    public const int MaxHellos = 32_768;

    private readonly string _site;
    private readonly LruMap<MacAddress, RouterCandidate> _candidates = new(MaxCandidates);
    private readonly LruMap<MacAddress, List<VlanAddress>> _bindings = new(MaxBound);
    private readonly LruMap<MacAddress, bool> _routers = new(MaxRouters);
    private int _remembered;

    /// <summary>A rule that knows nothing yet. <paramref name="site"/> becomes part of the device keys.</summary>
    public RouterRule(string site) => _site = site;

    /// <summary>A rule that goes on from <see cref="Save"/>. Throws <see cref="FormatException"/> for any other text.</summary>
    public RouterRule(string site, string saved) : this(site)
    {
        var state = RouterRuleState.Read(saved);
        foreach (var mac in state.Routers) _routers.Add(mac, true, out _);
        foreach (var bound in state.Bound) _bindings.Add(bound.Mac, [.. bound.Addresses], out _);
        foreach (var (mac, candidate) in state.Candidates)
        {
            _candidates.Add(mac, candidate, out _);
            _remembered += candidate.Remembered;
        }
    }

    /// <summary>
    /// Takes the next observation. One that came through a router is attributed to the client behind it
    /// (<see cref="Observation.Via"/> is set then). Returns a value when just this one gave a router away: the caller tells the
    /// router's device, then passes on <see cref="RouterIdentification.Earlier"/>, then this observation.
    /// </summary>
    public RouterIdentification? Observe(Observation observation)
    {
        switch (observation)
        {
            case DhcpObservation dhcp:
                Bind(dhcp);
                return null;
            case { CrossesRouters: true } when IsRoutable(observation):
                return _routers.TryUse(observation.LinkAddress, out _) ? Redirect(observation) : Watch(observation);
            default:
                return null;
        }
    }

    /// <summary>Everything the rule knows, as JSON text.</summary>
    public string Save() => new RouterRuleState(
        [.. _routers.Entries.Select(router => router.Key)],
        [.. _bindings.Entries.Select(bound => new BoundAddresses(bound.Key, bound.Value))],
        [.. _candidates.Entries.Select(candidate => new WatchedMac(candidate.Key, candidate.Value))]).Write();

    /// <summary>
    /// Forgets a device (erasure): a MAC address with all that was seen through it, or a client address with its hellos. True when it
    /// was known.
    /// </summary>
    public bool Forget(DeviceKey device)
    {
        if (device.Kind != DeviceKeyKind.Mac) return ForgetClient(device);
        if (_candidates.TryUse(device.Mac, out var candidate)) _remembered -= candidate.Remembered;
        return _candidates.Remove(device.Mac) | _routers.Remove(device.Mac) | _bindings.Remove(device.Mac);
    }

    /// <summary>A saved rule without a device; the same text when it does not know it.</summary>
    public static string Without(string saved, DeviceKey device)
    {
        var rule = new RouterRule(device.Site ?? "", saved);
        return rule.Forget(device) ? rule.Save() : saved;
    }

    private static bool IsRoutable(Observation observation) =>
        observation.LinkAddress.IsUnicast && observation.Device.Mac == observation.LinkAddress
        && observation.Source is { IsUnicast: true, IsLinkLocal: false };

    private void Bind(DhcpObservation dhcp)
    {
        var address = dhcp.Op == 1 ? dhcp.ClientAddress : dhcp.MessageType is DhcpMessageType.Ack ? dhcp.YourAddress : default;
        if (!address.IsUnicast || !dhcp.Device.Mac.IsUnicast) return;
        var own = new VlanAddress(dhcp.Vlan, address);
        if (!_bindings.TryUse(dhcp.Device.Mac, out var bound)) _bindings.Add(dhcp.Device.Mac, bound = [], out _);
        if (bound.Contains(own)) return;
        if (bound.Count == MaxBindings) bound.RemoveAt(0);
        bound.Add(own);
        if (_candidates.TryUse(dhcp.Device.Mac, out var candidate)) candidate.Forget(own);
    }

    private RouterIdentification? Redirect(Observation observation)
    {
        observation.AttributeTo(DeviceKey.OfIp(_site, observation.Vlan, observation.Source), observation.LinkAddress);
        return null;
    }

    private RouterIdentification? Watch(Observation observation)
    {
        var mac = observation.LinkAddress;
        var client = new VlanAddress(observation.Vlan, observation.Source);
        if (!_candidates.TryUse(mac, out var candidate))
        {
            candidate = new RouterCandidate();
            if (_candidates.Add(mac, candidate, out var forgotten)) _remembered -= forgotten.Remembered;
        }
        if (!IsBound(mac, client) && candidate.Note(client)) return Identify(mac, candidate, observation);
        if (observation is ClientHelloObservation hello && candidate.Lacks(client, hello.Hello.Ja4))
        {
            candidate.Hellos.Add(RememberedHello.Of(hello));
            _remembered++;
        }
        else if (observation is SignalObservation signal && candidate.Lacks(client, signal))
        {
            candidate.Signals.Add(RememberedSignal.Of(signal));
            _remembered++;
        }
        while (_remembered > MaxHellos && _candidates.TryRemoveOldest(out var oldest)) _remembered -= oldest.Remembered;
        return null;
    }

    private bool IsBound(MacAddress mac, VlanAddress client) => _bindings.TryUse(mac, out var bound) && bound.Contains(client);

    private bool ForgetClient(DeviceKey device)
    {
        var isKnown = false;
        foreach (var (_, candidate) in _candidates.Entries)
        {
            var told = candidate.Hellos.RemoveAll(hello => IsDevice(hello.Client)) + candidate.Signals.RemoveAll(signal => IsDevice(signal.Client));
            var own = candidate.Addresses.Concat(candidate.Scopes).Where(IsDevice).Distinct().ToList();
            foreach (var address in own) candidate.Forget(address);
            _remembered -= told;
            isKnown |= told > 0 || own.Count > 0;
        }
        return isKnown;

        bool IsDevice(VlanAddress client) => DeviceKey.OfIp(_site, client.Vlan, client.Address) == device;
    }

    private RouterIdentification Identify(MacAddress mac, RouterCandidate candidate, Observation observation)
    {
        _candidates.Remove(mac);
        _remembered -= candidate.Remembered;
        _routers.Add(mac, true, out _);
        Redirect(observation);
        return new RouterIdentification(
            mac,
            [.. candidate.Addresses.Select(address => address.Address.ToString()).Distinct()],
            Earlier(mac, candidate, observation.Frame));
    }

    /// <summary>What was seen of the clients, in the order of its time: the first of a client's tells when it was first seen.</summary>
    private List<Observation> Earlier(MacAddress mac, RouterCandidate candidate, long frame)
    {
        var hellos = candidate.Hellos.Select(hello =>
            (Observation)hello.Attribute(DeviceKey.OfIp(_site, hello.Vlan, hello.Source), mac, frame));
        var signals = candidate.Signals.Select(signal =>
            (Observation)signal.Attribute(DeviceKey.OfIp(_site, signal.Vlan, signal.Source), mac, frame));
        return [.. hellos.Concat(signals).OrderBy(told => told.AtTicks)];
    }
}
