using ActorFingerprint.Limits.Keys;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>
/// The limiter's secrets by configuration: 64 hexadecimal digits each. Empty, the node makes them at its first start and keeps them in its
/// folder, and <c>limits rotate</c> exchanges them. Given here they are exchanged here: the old value becomes the previous one.
/// </summary>
public sealed record LimiterSecretOptions : ICrossChecked
{
    private const int Digits = 64;

    /// <summary>The secret of keys.</summary>
    [ConfigurationKeyName("outer")] public string Outer { get; init; } = "";

    /// <summary>The secret of fingerprints.</summary>
    [ConfigurationKeyName("fingerprint")] public string Fingerprint { get; init; } = "";

    /// <summary>The secret of keys before the latest exchange; to be kept for 24 h.</summary>
    [ConfigurationKeyName("previous-outer")] public string PreviousOuter { get; init; } = "";

    /// <summary>The secret of fingerprints before the latest exchange; to be kept for 24 h.</summary>
    [ConfigurationKeyName("previous-fingerprint")] public string PreviousFingerprint { get; init; } = "";

    /// <summary>True when the secrets come from here.</summary>
    public bool AreGiven => Outer.Length > 0;

    /// <summary>
    /// The secrets; <paramref name="nowSeconds"/> stands for the time of the exchange. Call it on options that were checked.
    /// </summary>
    public LimiterSecrets ToSecrets(long nowSeconds)
    {
        var (outer, fingerprint) = (BytesOf(PreviousOuter), BytesOf(PreviousFingerprint));
        return LimiterSecrets.Restore(
            BytesOf(Outer)!, BytesOf(Fingerprint)!, outer, fingerprint, (outer ?? fingerprint) is null ? null : nowSeconds);
    }

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        (string Key, string Value)[] all =
        [
            ("outer", Outer), ("fingerprint", Fingerprint), ("previous-outer", PreviousOuter), ("previous-fingerprint", PreviousFingerprint),
        ];
        foreach (var (key, value) in all)
            if (value.Length > 0 && (value.Length != Digits || !value.All(char.IsAsciiHexDigit)))
                yield return (key, $"must be {Digits} hexadecimal digits: make it with openssl rand -hex {Digits / 2}");
        if (Outer.Length > 0 && Fingerprint.Length == 0) yield return ("fingerprint", "is missing: give both secrets, or neither");
        if (Outer.Length == 0 && Fingerprint.Length > 0) yield return ("outer", "is missing: give both secrets, or neither");
        if (Outer.Length > 0 && string.Equals(Outer, Fingerprint, StringComparison.OrdinalIgnoreCase))
            yield return ("fingerprint", "equals outer: the two secrets must be independent");
        if (PreviousOuter.Length > 0 && Outer.Length == 0) yield return ("previous-outer", "has no current secret: set outer too");
        if (PreviousFingerprint.Length > 0 && Fingerprint.Length == 0)
            yield return ("previous-fingerprint", "has no current secret: set fingerprint too");
    }

    private static byte[]? BytesOf(string hex) => hex.Length == 0 ? null : Convert.FromHexString(hex);
}
