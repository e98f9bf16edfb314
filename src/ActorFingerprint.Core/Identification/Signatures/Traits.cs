namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Values of <see cref="SignatureKind.Mac"/> and <see cref="SignatureKind.Behavior"/>: what is known of a device by rule, not by text.</summary>
public static class Traits
{
    /// <summary>Its MAC address looks like one that was made at random for privacy.</summary>
    public const string PrivacyAddress = "privacy-address";

    /// <summary>Its MAC address forwards the packets of others.</summary>
    public const string Forwards = "forwards";

    /// <summary>It sends IPv6 router advertisements.</summary>
    public const string AdvertisesRoutes = "advertises-routes";

    /// <summary>It is there in nearly all hours of the day.</summary>
    public const string AlwaysOn = "always-on";

    /// <summary>It is there in some hours of the day only, over several days' worth of sightings.</summary>
    public const string ComesAndGoes = "comes-and-goes";
}
