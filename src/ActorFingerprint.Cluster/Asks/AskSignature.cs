using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>
/// Signs asks with the cluster's secret and checks them: HMAC-SHA256 over path, epoch, time, sender, number and body, in the header
/// <c>Authorization: AF1 sender number time mac</c>. An ask is taken once, and only near the time it was sent.
/// </summary>
public sealed class AskSignature
{
    /// <summary>Shortest secret, in bytes.</summary>
    public const int LeastSecret = 32;

    private const string Scheme = "AF1 ";
    private const int MacLength = 43; // 32 bytes in base64url

    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(30);

    private readonly byte[] _secret;
    private readonly TimeProvider _time;
    private readonly string _sender = Guid.NewGuid().ToString("N");
    private readonly ReplayGuard _seen;
    private long _number;

    /// <summary>Signs and checks with one secret, which all nodes share.</summary>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public AskSignature(ReadOnlySpan<byte> secret, TimeProvider time)
    {
        if (secret.Length < LeastSecret)
            throw new ArgumentException($"the cluster's secret must have at least {LeastSecret} bytes: openssl rand -hex 32", nameof(secret));
        (_secret, _time, _seen) = (secret.ToArray(), time, new(MostSkew * 2));
    }

    /// <summary>The header's value for an ask that is sent now.</summary>
    public string Sign(string path, long epoch, ReadOnlySpan<byte> body)
    {
        var number = Interlocked.Increment(ref _number);
        var signed = string.Create(CultureInfo.InvariantCulture, $"{_sender} {number} {_time.GetUtcNow().ToUnixTimeMilliseconds()}");
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Mac(signed, path, epoch, body, mac);
        return $"{Scheme}{signed} {Base64Url.EncodeToString(mac)}";
    }

    /// <summary>Whether a header is one of an ask that was sent near now: all that can be told before the body is there.</summary>
    public bool IsTimely(string? header) => TryRead(header, out var parts) && IsTimely(parts);

    /// <summary>Whether an ask comes from a node of the cluster, now, and for the first time.</summary>
    public bool IsValid(string? header, string path, long epoch, ReadOnlySpan<byte> body)
    {
        if (!TryRead(header, out var parts)) return false;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<char> expected = stackalloc char[MacLength];
        Mac(header![Scheme.Length..^(MacLength + 1)], path, epoch, body, mac);
        Base64Url.EncodeToChars(mac, expected);
        if (!CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(expected), MemoryMarshal.AsBytes(header.AsSpan(header.Length - MacLength))))
            return false;
        return IsTimely(parts) && _seen.IsFirst(parts.Sender, parts.Number, _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private bool IsTimely(Parts parts) => Math.Abs(_time.GetUtcNow().ToUnixTimeMilliseconds() - parts.AtMs) <= MostSkew.TotalMilliseconds;

    private static bool TryRead(string? header, out Parts parts)
    {
        parts = default;
        if (header is null || !header.StartsWith(Scheme, StringComparison.Ordinal) || header.Length < Scheme.Length + MacLength + 2
            || header[^(MacLength + 1)] != ' ')
            return false;
        var signed = header.AsSpan(Scheme.Length, header.Length - Scheme.Length - MacLength - 1);
        Span<Range> places = stackalloc Range[4];
        if (signed.Split(places, ' ') != 3
            || !Guid.TryParseExact(signed[places[0]], "N", out var sender)
            || !long.TryParse(signed[places[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !long.TryParse(signed[places[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            return false;
        parts = new(sender, number, at);
        return true;
    }

    private void Mac(string signed, string path, long epoch, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        var head = string.Create(CultureInfo.InvariantCulture, $"POST\n{path}\n{epoch}\n{signed}\n{body.Length}\n");
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData(body);
        hash.GetHashAndReset(mac);
    }

    private readonly record struct Parts(Guid Sender, long Number, long AtMs);
}
