using System.Text.Json;

namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// One version of how raw signals become the components of a fingerprint and of K2 (AF-1 §5). A changed rule is a new version beside the
/// old one: while an old version is the previous generation, what it named stays readable, exactly as after a rotation of secrets.
/// </summary>
public interface INormalization
{
    /// <summary>Enters the fingerprint's pre-image: <c>v1</c>, <c>v2</c>, …</summary>
    string Version { get; }

    /// <summary>Family and major version of a User-Agent, never its text.</summary>
    string UserAgent(string? header);

    /// <summary>The first primary languages in order of preference, comma-joined; empty when there are none.</summary>
    string Languages(string? acceptLanguage);

    /// <summary>Canonical JSON of the client hints; empty when there are none.</summary>
    /// <exception cref="ArgumentException">The map cannot be represented; never silently a weaker identity.</exception>
    string ClientHints(JsonElement? hints);
}

/// <summary>Version 1 of the normalisation, as AF-1 §5 states it.</summary>
public sealed class NormalizationV1 : INormalization
{
    /// <summary>The one instance.</summary>
    public static NormalizationV1 Instance { get; } = new();

    private NormalizationV1()
    {
    }

    /// <inheritdoc/>
    public string Version => "v1";

    /// <inheritdoc/>
    public string UserAgent(string? header) => CanonicalUserAgent.Of(header);

    /// <inheritdoc/>
    public string Languages(string? acceptLanguage) => PreferredLanguages.Of(acceptLanguage);

    /// <inheritdoc/>
    public string ClientHints(JsonElement? hints) => ClientHintMap.Canonicalize(hints);
}
