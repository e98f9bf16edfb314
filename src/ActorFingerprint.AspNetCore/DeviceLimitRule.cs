using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>The limit of one endpoint.</summary>
public sealed class DeviceLimitRule
{
    internal DeviceLimitRule(string policy) => Policy = policy;

    /// <summary>Name of the policy.</summary>
    public string Policy { get; }

    /// <summary>What a call costs under an API policy.</summary>
    public Func<HttpContext, long> Cost { get; set; } = _ => 1;

    /// <summary>How an attempt ended; that of <see cref="DeviceLimitOptions"/> unless set.</summary>
    public Func<HttpContext, AttemptOutcome>? Outcome { get; set; }
}

/// <summary>
/// Limits a controller, an action or a page by device. Works through <see cref="DeviceLimitExtensions.UseDeviceLimits"/>; a minimal API
/// uses
/// <see cref="DeviceLimitExtensions.RequireDeviceLimit"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireDeviceLimitAttribute(string policy) : Attribute
{
    /// <summary>Name of the policy.</summary>
    public string Policy => policy;
}
