using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>How well a value met a signature. In falling order.</summary>
public enum MatchQuality : byte
{
    /// <summary>The pattern matched as it says.</summary>
    [JsonStringEnumMemberName("exact")]
    Exact,
    /// <summary>The list matched, but in a message of another type.</summary>
    [JsonStringEnumMemberName("otherMessage")]
    OtherMessage,
    /// <summary>The list has the same codes in another order.</summary>
    [JsonStringEnumMemberName("sorted")]
    Sorted,
    /// <summary>The list differs in one code.</summary>
    [JsonStringEnumMemberName("near1")]
    Near1,
    /// <summary>The list differs in two codes.</summary>
    [JsonStringEnumMemberName("near2")]
    Near2,
}

/// <summary>A signature that a value met.</summary>
/// <param name="Signature">Which one.</param>
/// <param name="Quality">How well.</param>
/// <param name="Model">The device's model with what was matched filled in; null when the signature names none.</param>
public readonly record struct SignatureHit(Signature Signature, MatchQuality Quality, string? Model)
{
    /// <summary>The share of the signature's confidence that this quality deserves, 0 to 1.</summary>
    public static double Share(MatchQuality quality) => quality switch
    {
        MatchQuality.Exact => 1,
        MatchQuality.OtherMessage => .8,
        MatchQuality.Sorted => .7,
        MatchQuality.Near1 => .6,
        _ => .45,
    };

    /// <summary>The signature's confidence after the quality of the match, 0 to 1.</summary>
    public double Confidence => Signature.Confidence / 100.0 * Share(Quality);
}
