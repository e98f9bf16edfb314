using System.Text;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Identity;

/// <summary>Computes device fingerprints: HMAC-SHA256 under the fingerprint secret over length-prefixed components (AF-1 §5).</summary>
public static class FingerprintDeriver
{
    /// <summary>First component of every pre-image: keeps this domain apart from all others.</summary>
    public const string Domain = "af.limiter.fp";

    internal static DeviceFingerprint Derive(KeyedHashPool secret, params ReadOnlySpan<string> components)
    {
        var size = 0;
        foreach (var component in components) size += 4 + Encoding.UTF8.GetMaxByteCount(component.Length);
        var image = new PreImage(size <= 2048 ? stackalloc byte[2048] : new byte[size]);
        foreach (var component in components) image.Add(component);
        Span<byte> mac = stackalloc byte[LimiterKey.Size];
        var hash = secret.Rent();
        hash.AppendData(image.Written);
        hash.GetHashAndReset(mac);
        secret.Return(hash);
        return new(LimiterKey.From(mac));
    }
}
