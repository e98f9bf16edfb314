using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// The limiter's own device fingerprint: an HMAC under the fingerprint secret. It never leaves this module, and no hash of another module
/// enters here (AF-1 §16): there is no way in but <see cref="FingerprintDeriver"/>.
/// </summary>
public readonly record struct DeviceFingerprint
{
    private readonly LimiterKey _value;

    internal DeviceFingerprint(LimiterKey value) => _value = value;

    internal int WriteHex(Span<byte> utf8)
    {
        Hex(_value.A, utf8);
        Hex(_value.B, utf8[16..]);
        Hex(_value.C, utf8[32..]);
        Hex(_value.D, utf8[48..]);
        return 64;

        static void Hex(ulong part, Span<byte> to)
        {
            for (var i = 15; i >= 0; i--, part >>= 4) to[i] = "0123456789abcdef"u8[(int)(part & 15)];
        }
    }

    /// <summary>Says only that there is one: fingerprints are not for logs.</summary>
    public override string ToString() => "fingerprint";
}
