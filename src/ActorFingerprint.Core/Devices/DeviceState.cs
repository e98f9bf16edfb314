using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>An address that the device used, and when first.</summary>
public readonly record struct KnownAddress(NetworkAddress Address, [property: JsonPropertyName("at")] long AtTicks);

/// <summary>A host name that the device gave, where and when first.</summary>
public sealed record KnownHostName(string Name, HostNameSource Source, [property: JsonPropertyName("at")] long AtTicks);

/// <summary>A fact that the device showed, and when first.</summary>
public sealed record KnownFact(FactKind Kind, string Value, [property: JsonPropertyName("at")] long AtTicks);

/// <summary>
/// What the events of one device add up to. Immutable and bounded; counts and last sightings are <see cref="DeviceCounters"/>.
/// </summary>
public sealed record DeviceState
{
    /// <summary>Addresses kept; the oldest is forgotten first.</summary>
    public const int MaxAddresses = 64;

    /// <summary>Host names kept; the oldest is forgotten first.</summary>
    public const int MaxHostNames = 32;

    /// <summary>Facts kept of one kind; the oldest of the kind is forgotten first.</summary>
    public const int MaxFactsOfKind = 32;

    /// <summary>Facts kept of all kinds; the oldest of all is forgotten first.</summary>
    public const int MaxFacts = 256;

    /// <summary>Kinds of fingerprint.</summary>
    public const int Kinds = (int)FingerprintKind.Ja4 + 1;

    /// <summary>Before the first event.</summary>
    public static DeviceState Initial { get; } = new();

    /// <summary>The event that made the device: its key, first sight and router. Never replaced except by an erasure.</summary>
    public DeviceEvent.FirstSeen? FirstSeen { get; init; }

    /// <summary>True once the device was seen and not erased.</summary>
    public bool Exists => FirstSeen is not null;

    /// <summary>The name given by a person, or null.</summary>
    public string? Label { get; init; }

    /// <summary>The MAC address forwards for others: what crosses routers tells nothing of this device.</summary>
    public bool IsRouter { get; init; }

    /// <summary>What the device was taken for last; null before the first answer.</summary>
    public DeviceEvent.Classified? Classification { get; init; }

    /// <summary>Highest number of a fingerprint value so far.</summary>
    public int LastNumber { get; init; }

    /// <summary>How often an established fingerprint was replaced.</summary>
    public int Churns { get; init; }

    /// <summary>One history per <see cref="FingerprintKind"/>, in its order.</summary>
    [JsonRequired]
    public ImmutableArray<FingerprintHistory> Histories { get; init; } = [.. Enumerable.Repeat(FingerprintHistory.Empty, Kinds)];

    /// <summary>Addresses, oldest first.</summary>
    [JsonRequired]
    public ImmutableArray<KnownAddress> Addresses { get; init; } = [];

    /// <summary>Host names, oldest first.</summary>
    [JsonRequired]
    public ImmutableArray<KnownHostName> HostNames { get; init; } = [];

    /// <summary>Facts, oldest first. Absent in snapshots from before there were facts.</summary>
    public ImmutableArray<KnownFact> Facts { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>New values per hour.</summary>
    [JsonRequired]
    public NoveltyWindows Novelty { get; init; } = NoveltyWindows.Empty;

    /// <summary>The history of a kind.</summary>
    public FingerprintHistory History(FingerprintKind kind) => Histories[(int)kind];

    /// <summary>True when the device used this address; allocates nothing.</summary>
    public bool Knows(NetworkAddress address)
    {
        foreach (ref readonly var known in Addresses.AsSpan())
            if (known.Address == address) return true;
        return false;
    }

    /// <summary>True when the device gave this host name (escaped form); allocates nothing.</summary>
    public bool Knows(ReadOnlySpan<char> hostName)
    {
        foreach (var known in HostNames.AsSpan())
            if (hostName.SequenceEqual(known.Name)) return true;
        return false;
    }

    /// <summary>True when the device showed this fact; allocates nothing.</summary>
    public bool Knows(in DeviceFact fact)
    {
        foreach (var known in Facts.AsSpan())
            if (known.Kind == fact.Kind && known.Value == fact.Value) return true;
        return false;
    }

    /// <summary>With one more fact, and without the one that gives way to it.</summary>
    internal DeviceState With(KnownFact fact)
    {
        var facts = Facts;
        if (facts.Count(known => known.Kind == fact.Kind) >= MaxFactsOfKind) facts = facts.Remove(facts.First(known => known.Kind == fact.Kind));
        else if (facts.Length >= MaxFacts) facts = facts.RemoveAt(0);
        return this with { Facts = facts.Add(fact) };
    }

    internal DeviceState With(FingerprintKind kind, FingerprintHistory history) =>
        this with { Histories = Histories.SetItem((int)kind, history) };
}
