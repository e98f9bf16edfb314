using System.Text.Json.Serialization;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Core.Identification;

/// <summary>One reason for an answer: a value of the device met a signature.</summary>
/// <param name="Source">Which source of evidence it belongs to; its weight is part of <see cref="Support"/>.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Value">The value that the device showed.</param>
/// <param name="Rule">The signature's pattern.</param>
/// <param name="Origin">Where the signature comes from, one word.</param>
/// <param name="Quality">How well the value met it.</param>
/// <param name="Device">The kind of device that the signature speaks for, as a path from the root.</param>
/// <param name="Support">How much it supports its answer, 0 to 1: weight × confidence of the signature × quality × its share among rivals.</param>
/// <param name="AtTicks">Frame time of the packet that first showed the value, UTC ticks.</param>
public sealed record Evidence(
    EvidenceSource Source, SignatureKind Kind, string Value, string Rule, string Origin, MatchQuality Quality, string Device,
    double Support, [property: JsonPropertyName("at")] long AtTicks)
{
    /// <summary>The type that it speaks for; unknown when it tells none.</summary>
    public DeviceType Type { get; init; }

    /// <summary>The vendor that it speaks for, if any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Vendor { get; init; }

    /// <summary>The model that it speaks for, if any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>The operating system family that it speaks for, if any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Os { get; init; }
}

/// <summary>A type that the device could be, and how sure that is, 0 to 1.</summary>
public readonly record struct TypeCandidate(DeviceType Type, double Confidence);

/// <summary>What a device is, how sure that is, and why.</summary>
public sealed record DeviceIdentity
{
    /// <summary>Nothing is known.</summary>
    public static DeviceIdentity Unknown { get; } = new();

    /// <summary>What it is for; unknown when nothing reaches the threshold.</summary>
    public DeviceType Type { get; init; }

    /// <summary>How sure <see cref="Type"/> is, 0 to 1, of the best candidate when that is below the threshold.</summary>
    public double Confidence { get; init; }

    /// <summary>Who made it; the vendor of its network interface when nothing better tells.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Operating system family.</summary>
    public string? Os { get; init; }

    /// <summary>True when it says no more than who made the network interface.</summary>
    public bool IsSilent => this is { Type: DeviceType.Unknown, Model: null, Os: null };

    /// <summary>Types that were considered, the surest first, the answer included; at most <see cref="DeviceClassifier.MaxCandidates"/>.</summary>
    public IReadOnlyList<TypeCandidate> Candidates { get; init; } = [];

    /// <summary>All reasons, the strongest first; at most <see cref="DeviceClassifier.MaxEvidence"/>.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];
}
