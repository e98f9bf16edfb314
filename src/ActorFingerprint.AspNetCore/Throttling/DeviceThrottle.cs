using System.Threading.RateLimiting;
using ActorFingerprint.Limits.Throttle;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorFingerprint.AspNetCore;

/// <summary>The simple throttle in ASP.NET Core's own rate limiting middleware.</summary>
public static class DeviceThrottle
{
    /// <summary>
    /// The partition of a subject: <c>options.AddPolicy("signup", context => DeviceThrottle.Partition(context, rule, subject))</c>.
    /// </summary>
    public static RateLimitPartition<string> Partition(HttpContext context, ThrottleRule rule, string subject)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.RequestServices;
        var (limiter, time) = (services.GetRequiredService<IDeviceLimiter>(), services.GetRequiredService<TimeProvider>());
        return RateLimitPartition.Get(subject, one => new ThrottleRateLimiter(limiter, rule, one, time));
    }

    /// <summary>
    /// For <see cref="RateLimiterOptions.OnRejected"/>: 429 with <c>Retry-After</c>, <c>RateLimit</c> and <c>RateLimit-Policy</c>, or 503
    /// while the limiter cannot be reached.
    /// </summary>
    public static ValueTask OnRejectedAsync(OnRejectedContext rejected, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        var response = rejected.HttpContext.Response;
        response.StatusCode = 429;
        if (rejected.Lease is ThrottleLease { Rule: { } rule } lease)
        {
            var time = rejected.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
            RateLimitFields.AddRefusal(response, rule, lease.Result, time.GetUtcNow().ToUnixTimeSeconds());
        }
        return ValueTask.CompletedTask;
    }
}
