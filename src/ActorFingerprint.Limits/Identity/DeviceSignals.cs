using System.Text.Json;

namespace ActorFingerprint.Limits.Identity;

/// <summary>
/// Raw signals of one request, as a host reads them; none is kept. Canvas, audio, WebGL and font probes are forbidden inputs (AF-1 §5) and
/// have no place here.
/// </summary>
public sealed record DeviceSignals
{
    /// <summary>User-Agent header.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Accept-Language header.</summary>
    public string? AcceptLanguage { get; init; }

    /// <summary>Client-assisted, already bucketed map: timezone, screen, platform, browser major, random client id.</summary>
    public JsonElement? ClientHints { get; init; }

    /// <summary>Random server-side id from an HttpOnly, Secure, account-bound cookie; at most 256 characters.</summary>
    public string? SessionDeviceId { get; init; }

    /// <summary>The host verified that the session id belongs to this account.</summary>
    public bool SessionTrusted { get; init; }

    /// <summary>The host has proved this device for the account before.</summary>
    public bool DevicePreviouslyVerified { get; init; }
}
