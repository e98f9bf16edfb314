using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// Turns raw signals into a <see cref="DeviceIdentity"/> (AF-1 §5). With a previous secret or a previous normalisation it gives the
/// previous fingerprint too: one generation back, never a combination of the two.
/// </summary>
public sealed class DeviceIdentityResolver(LimiterSecrets secrets, INormalization current, INormalization? previous = null)
{
    /// <summary>Longest session id, in characters.</summary>
    public const int MaxSessionIdLength = 256;

    /// <summary>Resolves with version 1 of the normalisation.</summary>
    public DeviceIdentityResolver(LimiterSecrets secrets) : this(secrets, NormalizationV1.Instance)
    {
    }

    internal LimiterSecrets Secrets => secrets;

    internal DeviceIdentityResolver Under(LimiterSecrets others) => new(others, current, previous);

    /// <summary>Resolves the signals of one request.</summary>
    /// <param name="signals">As the host read them.</param>
    /// <param name="expectClientHints">The policy wants client hints: without them and without a session id the fingerprint is
    /// missing.</param>
    /// <exception cref="ArgumentException">Client hints that cannot be represented, or an oversize session id.</exception>
    public DeviceIdentity Resolve(DeviceSignals signals, bool expectClientHints = false)
    {
        ArgumentNullException.ThrowIfNull(signals);
        var session = string.IsNullOrWhiteSpace(signals.SessionDeviceId) ? "" : signals.SessionDeviceId;
        if (session.Length > MaxSessionIdLength)
            throw new ArgumentException($"session device id must not be longer than {MaxSessionIdLength} characters", nameof(signals));
        var hints = current.ClientHints(signals.ClientHints);
        var trusted = session.Length > 0 && signals.SessionTrusted;
        var userAgent = current.UserAgent(signals.UserAgent);
        var missing = hints.Length == 0 && session.Length == 0
            && (expectClientHints
                || (string.IsNullOrWhiteSpace(signals.UserAgent) && current.Languages(signals.AcceptLanguage).Length == 0));
        var hasPrevious = previous is not null || secrets.PreviousFingerprint is not null;
        var older = previous ?? current;
        var olderAgent = previous?.UserAgent(signals.UserAgent);
        return new DeviceIdentity
        {
            UserAgent = userAgent,
            PreviousUserAgent = olderAgent == userAgent ? null : olderAgent,
            Fingerprint = missing ? null : Derive(secrets.FingerprintHashes, current, userAgent, hints, signals, session),
            PreviousFingerprint = missing || !hasPrevious
                ? null
                : Derive(
                    secrets.PreviousFingerprintHashes, older, older.UserAgent(signals.UserAgent), older.ClientHints(signals.ClientHints),
                    signals, session),
            Confidence = trusted ? DeviceConfidence.High : hints.Length > 0 ? DeviceConfidence.Medium : DeviceConfidence.Low,
            TrustedSession = trusted,
            PreviouslyVerified = signals.DevicePreviouslyVerified,
            Resolution = new(this, signals, expectClientHints),
        };
    }

    private static DeviceFingerprint Derive(
        KeyedHashPool secret, INormalization normalization, string userAgent, string hints, DeviceSignals signals, string session) =>
        FingerprintDeriver.Derive(
            secret, FingerprintDeriver.Domain, normalization.Version, userAgent, normalization.Languages(signals.AcceptLanguage), hints, session);
}
