using System.Text.Json.Serialization;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Identity;

/// <summary>An address in a VLAN (0 = untagged).</summary>
internal readonly record struct VlanAddress(int Vlan, NetworkAddress Address)
{
    [JsonIgnore]
    public VlanAddress Scope => this with { Address = Address.Scope };
}

/// <summary>What was seen through a MAC address that is not known as a router.</summary>
internal sealed class RouterCandidate
{
    /// <summary>Addresses, hellos and signals remembered per candidate, each.</summary>
    public const int MaxRemembered = 64;

    /// <summary>Client addresses that are not bound to the MAC address, in the order they came.</summary>
    public List<VlanAddress> Addresses { get; init; } = [];

    /// <summary>Distinct scopes of them: at most <see cref="RouterRule.MaxScopes"/>.</summary>
    public List<VlanAddress> Scopes { get; init; } = [];

    /// <summary>The first hello of each client address and JA4, bound or not.</summary>
    public List<RememberedHello> Hellos { get; init; } = [];

    /// <summary>The first observations of other protocols with equal facts, of each client address. Absent in states saved before there were facts.</summary>
    public List<RememberedSignal> Signals { get; init; } = [];

    /// <summary>Hellos and signals.</summary>
    [JsonIgnore]
    public int Remembered => Hellos.Count + Signals.Count;

    /// <summary>Notes an unbound address; true when its scope is one too many for a host.</summary>
    public bool Note(VlanAddress address)
    {
        if (!Scopes.Contains(address.Scope))
        {
            if (Scopes.Count == RouterRule.MaxScopes) return true;
            Scopes.Add(address.Scope);
        }
        if (Addresses.Count < MaxRemembered && !Addresses.Contains(address)) Addresses.Add(address);
        return false;
    }

    /// <summary>Forgets an address that turned out to be the MAC address's own, and its scope when no other address shares it.</summary>
    public void Forget(VlanAddress own)
    {
        Addresses.Remove(own);
        if (!Addresses.Exists(address => address.Scope == own.Scope)) Scopes.Remove(own.Scope);
    }

    /// <summary>True when a hello of this client with this JA4 still needs remembering.</summary>
    public bool Lacks(VlanAddress client, string ja4)
    {
        foreach (var hello in Hellos)
            if (hello.Client == client && hello.Ja4 == ja4) return false;
        return Hellos.Count < MaxRemembered;
    }

    /// <summary>True when these facts of this client still need remembering.</summary>
    public bool Lacks(VlanAddress client, SignalObservation observation)
    {
        foreach (var signal in Signals)
            if (signal.Equals(client, observation)) return false;
        return Signals.Count < MaxRemembered && observation.Facts.Count > 0;
    }
}
