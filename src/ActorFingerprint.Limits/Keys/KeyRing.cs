using System.Security.Cryptography;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Keys;

/// <summary>
/// Derives every name of a request (AF-1 §3): HMAC-SHA256 under the key secret over length-prefixed components <c>af.limiter</c>, key type,
/// version, environment, policy, scope parts. During a rotation it derives the previous generation's names beside the current ones. Any
/// thread may ask.
/// </summary>
public sealed class KeyRing
{
    /// <summary>First component of every pre-image.</summary>
    public const string Domain = "af.limiter";

    /// <summary>Version of the key algorithm, in every pre-image.</summary>
    public const string Version = "v1";

    /// <summary>Longest account or correlation id, in characters.</summary>
    public const int MaxSubjectLength = 256;

    /// <summary>Longest canonical User-Agent, in characters.</summary>
    public const int MaxAgentLength = 64;

    private const int BufferSize = 2_048; // 6 short components, an address, one subject of 256 × 3 bytes, a fingerprint of 64

    private readonly string _environment;
    private readonly LimiterSecrets _secrets;
    private readonly KeyedHashPool _current;
    private readonly KeyedHashPool _previous;

    /// <summary>A ring for one environment.</summary>
    /// <exception cref="ArgumentException">The environment is blank or longer than 64 characters.</exception>
    public KeyRing(LimiterSecrets secrets, string environment)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        if (environment.Length > 64)
            throw new ArgumentException("the limiter's environment must not be longer than 64 characters", nameof(environment));
        (_secrets, _environment) = (secrets, environment);
        _current = new(secrets.Key);
        _previous = secrets.PreviousKey is { } previous ? new(previous) : _current;
    }

    /// <summary>The secrets of this ring.</summary>
    public LimiterSecrets Secrets => _secrets;

    /// <summary>
    /// Tells generations of secrets apart without telling anything of them: equal for equal secrets and environments.
    /// </summary>
    public ulong CheckValue => CheckOf(_secrets.Key, _secrets.Fingerprint);

    /// <summary>The <see cref="CheckValue"/> of the previous generation; 0 when there is none.</summary>
    public ulong PreviousCheckValue => _secrets.HasPrevious
        ? CheckOf(_secrets.PreviousKey ?? _secrets.Key, _secrets.PreviousFingerprint ?? _secrets.Fingerprint)
        : 0;

    /// <summary>The names that a request may touch.</summary>
    public RequestKeys Derive(LimiterPolicy policy, LimiterProfile profile, in LimitRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(profile);
        var hash = _current.Rent();
        var hasPrevious = _secrets.HasPrevious || request.Device.PreviousFingerprint is not null
            || request.Device.PreviousUserAgent is not null;
        var olderHash = hasPrevious ? _previous.Rent() : null;
        try
        {
            return Derive(
                new Generation(hash, _environment, policy.Name, request, previous: false),
                new Generation(olderHash, _environment, policy.Name, request, previous: true), policy, profile, request);
        }
        finally
        {
            _current.Return(hash);
            if (olderHash is not null) _previous.Return(olderHash);
        }
    }

    /// <summary>The bare derivation: one HMAC over the components as given. For tests and tools that hold vectors against it.</summary>
    public static LimiterKey Derive(ReadOnlySpan<byte> secret, params ReadOnlySpan<string> components)
    {
        var image = new PreImage(stackalloc byte[BufferSize]);
        foreach (var component in components) image.Add(component);
        Span<byte> mac = stackalloc byte[LimiterKey.Size];
        HMACSHA256.HashData(secret, image.Written, mac);
        return LimiterKey.From(mac);
    }

    private ulong CheckOf(byte[] key, byte[] fingerprint) =>
        Derive(key, Domain, "check", Version, _environment, Derive(fingerprint, Domain, "check").ToString()).A;

    private static RequestKeys Derive(
        Generation current, Generation previous, LimiterPolicy policy, LimiterProfile profile, in LimitRequest request)
    {
        var success = request.Command == LimitCommand.Success;
        var hasAccount = request.AccountId is not null;
        var hasDevice = request.Device.Fingerprint is not null;
        var counted = hasDevice && !success && !request.Device.KnownForAccount;
        var ipv6 = request.Address.IsIPv6 && !success;
        var subject = policy.IsAuth && (request.CorrelationId ?? request.AccountId) is not null
            && (request.Command == LimitCommand.Check || request.Command == Correlation.SprayRule.ObservedCommand(profile));
        return new RequestKeys
        {
            K1 = Pair(current.K1(), previous.K1()),
            K2 = Pair(current.K2(), previous.K2()).Digests,
            K3 = hasDevice ? Pair(current.K3(), previous.K3()).Digests : default,
            K4 = hasAccount ? Pair(current.K4(), previous.K4()) : default,
            K5 = hasAccount && hasDevice ? Pair(current.K5(), previous.K5()).Digests : default,
            Device = counted ? Pair(current.Device(), previous.Device()) : default,
            Subject = subject ? Pair(current.Subject(), previous.Subject()).Digests : default,
            Slash32 = ipv6 ? Pair(current.Macro(32), previous.Macro(32)) : default,
            Slash40 = ipv6 ? Pair(current.Macro(40), previous.Macro(40)).Digests : default,
            Slash48 = ipv6 ? Pair(current.Macro(48), previous.Macro(48)).Digests : default,
            Agent = ipv6 ? Pair(current.Agent(), previous.Agent()).Digests : default,
        };
    }

    private static KeyPair Pair(LimiterKey current, LimiterKey previous) => new(current, previous == current ? default : previous);

    /// <summary>One generation's names; without a hash, it gives none.</summary>
    private readonly ref struct Generation(
        IncrementalHash? hash, string environment, string policy, in LimitRequest request, bool previous)
    {
        private readonly ref readonly LimitRequest _request = ref request;
        private readonly string? _agent = previous
            ? request.Device.PreviousUserAgent ?? request.Device.UserAgent
            : request.Device.UserAgent;

        private readonly DeviceFingerprint? _fingerprint =
            previous ? request.Device.PreviousFingerprint ?? request.Device.Fingerprint : request.Device.Fingerprint;

        public LimiterKey K1() => Of("k1", address: 64);

        public LimiterKey K2() => Of("k2", address: 64, agent: true);

        public LimiterKey K3() => Of("k3", address: 64, device: true);

        public LimiterKey K4() => hash is null ? default : Of("k4", subject: _request.AccountId);

        public LimiterKey K5() => hash is null ? default : Of("k5", subject: _request.AccountId, device: true);

        public LimiterKey Device() => Of("corr.dilution", device: true);

        public LimiterKey Subject() => hash is null ? default : Of("corr.spray", subject: _request.CorrelationId ?? _request.AccountId);

        public LimiterKey Macro(int prefix) => Of("corr.macro", address: prefix);

        public LimiterKey Agent() => Of("corr.churn", agent: true);

        private LimiterKey Of(string type, int address = 0, bool agent = false, string? subject = null, bool device = false)
        {
            if (hash is null) return default;
            var image = new PreImage(stackalloc byte[BufferSize]);
            image.Add(Domain);
            image.Add(type);
            image.Add(Version);
            image.Add(environment);
            image.Add(policy);
            if (address > 0) image.Add(_request.Address, address);
            if (agent) image.Add(_agent);
            if (subject is not null) image.Add(subject);
            if (device) image.Add(_fingerprint.GetValueOrDefault());
            Span<byte> mac = stackalloc byte[LimiterKey.Size];
            hash.AppendData(image.Written);
            hash.GetHashAndReset(mac);
            return LimiterKey.From(mac);
        }
    }
}
