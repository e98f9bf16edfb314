using ActorFingerprint.Limits.Decisions;
using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>The limit of the request under way, for an endpoint that knows better than its status code how the attempt ended.</summary>
public interface IDeviceLimitFeature
{
    /// <summary>Name of the policy.</summary>
    string Policy { get; }

    /// <summary>The opaque account that was asked for; null for none.</summary>
    string? AccountId { get; }

    /// <summary>What the limiter said before the endpoint ran.</summary>
    LimitResult Verdict { get; }

    /// <summary>Tells that the attempt failed; answered when that is durable. A block among the answers holds from now on.</summary>
    ValueTask<LimitResult> FailureAsync();

    /// <summary>Tells that the attempt succeeded; anything but ALLOW refuses it. Call it before the session begins.</summary>
    ValueTask<LimitResult> SuccessAsync();

    /// <summary>Writes a refusal: status, fields and body.</summary>
    Task RefuseAsync(LimitResult result);
}

/// <summary>The limit of a request.</summary>
public static class DeviceLimitHttpContext
{
    /// <summary>The limit of the request under way.</summary>
    /// <exception cref="InvalidOperationException">The endpoint has none.</exception>
    public static IDeviceLimitFeature DeviceLimit(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IDeviceLimitFeature>()
            ?? throw new InvalidOperationException("this endpoint has no device limit: add RequireDeviceLimit(\"login\") to it");
    }
}
