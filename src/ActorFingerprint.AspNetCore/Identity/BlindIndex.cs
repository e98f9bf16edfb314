using System.Security.Cryptography;
using System.Text;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// Makes an opaque account id of what a user typed: the limiter must never be told an e-mail address or a user name (AF-1 §2).
/// </summary>
public static class BlindIndex
{
    /// <summary>HMAC-SHA256 under the application's own key, 64 hexadecimal digits; null for a blank text.</summary>
    /// <param name="key">At least 16 secret bytes; the same on all instances of the application, and not a secret of the limiter.</param>
    /// <param name="text">As the account is looked up: normalise case and blanks first where the look-up does.</param>
    /// <exception cref="ArgumentException">The key is too short.</exception>
    public static string? Of(ReadOnlySpan<byte> key, string? text)
    {
        if (key.Length < 16) throw new ArgumentException("the key of a blind index needs at least 16 bytes", nameof(key));
        return string.IsNullOrWhiteSpace(text) ? null : Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
