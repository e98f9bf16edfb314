using System.Text.Json;
using ActorFingerprint.Limits.Decisions;
using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>How an attempt ended, as the limiter must be told.</summary>
public enum AttemptOutcome
{
    /// <summary>Neither: a page that was shown, an input that was refused before it was tried.</summary>
    None,

    /// <summary>The secret was wrong.</summary>
    Failed,

    /// <summary>The secret was right.</summary>
    Succeeded,
}

/// <summary>How requests become questions, and answers become responses.</summary>
public sealed class DeviceLimitOptions
{
    /// <summary>Proxies whose word on the client's address counts. None unless they are named.</summary>
    public TrustedProxies Proxies { get; set; } = TrustedProxies.None;

    /// <summary>
    /// The opaque account that a request is about (<see cref="BlindIndex"/>); null when it names none. Needed for policies that guard
    /// accounts.
    /// </summary>
    public Func<HttpContext, ValueTask<string?>>? Account { get; set; }

    /// <summary>What the application knows of the device, for an account (<see cref="DeviceCookie.Read"/>).</summary>
    public Func<HttpContext, string?, DeviceClaim> Device { get; set; } = (_, _) => default;

    /// <summary>Bucketed client hints of low entropy that the page sent; null for none.</summary>
    public Func<HttpContext, JsonElement?> ClientHints { get; set; } = _ => null;

    /// <summary>A stable opaque subject; null for none.</summary>
    public Func<HttpContext, string?> Correlation { get; set; } = _ => null;

    /// <summary>
    /// How an attempt ended, by its response: 401 and 403 failed, 2xx and 3xx succeeded, the rest neither. An endpoint that answers 200 to
    /// a
    /// wrong password calls <see cref="IDeviceLimitFeature.FailureAsync"/> instead.
    /// </summary>
    public Func<HttpContext, AttemptOutcome> Outcome { get; set; } = context => context.Response.StatusCode switch
    {
        401 or 403 => AttemptOutcome.Failed,
        >= 200 and < 400 => AttemptOutcome.Succeeded,
        _ => AttemptOutcome.None,
    };

    /// <summary>Writes the body of a refusal, after status and fields; problem details (RFC 9457) unless set.</summary>
    public Func<HttpContext, LimitResult, Task>? Refused { get; set; }
}
