using System.Security.Cryptography;
using ActorFingerprint.AspNetCore;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;
using Microsoft.AspNetCore.RateLimiting;

namespace LoginPage;

/// <summary>
/// One page with a login form. Its user is <c>alice</c> with the password <c>correct horse</c>. Without further settings the limiter is in
/// this process; with <c>--node http://127.0.0.1:8558 --token TOKEN</c> it is the node.
/// </summary>
public static class LoginSite
{
    /// <summary>The page's client hints: coarse, and nothing that a browser must be tricked into telling.</summary>
    private const string HintsField = "hints";

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = builder.Configuration;
        var indexKey = RandomNumberGenerator.GetBytes(32); // a real application keeps it, so that accounts are the same after a restart

        var limits = builder.Services.AddDeviceLimits(options =>
        {
            options.Account = async context =>
            {
                var user = context.Request.HasFormContentType ? (await context.Request.ReadFormAsync())["user"].ToString() : "";
                return BlindIndex.Of(indexKey, user.Trim().ToUpperInvariant());
            };
            options.Device = (context, account) => context.RequestServices.GetRequiredService<DeviceCookie>().Read(context, account);
            options.ClientHints = context => context.Request.HasFormContentType ? Hints.Parse(context.Request.Form[HintsField]) : null;
            options.Refused = (context, result) => Page.WriteAsync(context, Describe(result));
            if (settings.GetSection("proxies").Get<string[]>() is { Length: > 0 } proxies)
                options.Proxies = TrustedProxies.Of(ForwardingHeader.XForwardedFor, proxies);
        });
        if (settings["node"] is { } node)
            limits.UseNode(options => (options.Address, options.Token) = (new Uri(node), settings["token"] ?? ""));
        else
            limits.UseInProcess(options => options with { Profile = LimiterProfile.Hardened });
        builder.Services.AddRateLimiter(options =>
        {
            options.OnRejected = DeviceThrottle.OnRejectedAsync;
            options.AddPolicy("newsletter", context =>
            {
                var subject = BlindIndex.Of(indexKey, context.Connection.RemoteIpAddress?.ToString()) ?? "unknown";
                return DeviceThrottle.Partition(context, new ThrottleRule("newsletter", 3, 60), subject);
            });
        });

        var app = builder.Build();
        app.UseRateLimiter();
        app.MapGet("/", context => Page.WriteAsync(context, null));
        app.MapPost("/login", LoginAsync).RequireDeviceLimit("login").DisableAntiforgery();
        app.MapPost("/newsletter", () => Results.Ok("subscribed")).RequireRateLimiting("newsletter").DisableAntiforgery();
        return app;
    }

    /// <summary>Tells the limiter how the attempt ended, and of a success before the session begins.</summary>
    private static async Task LoginAsync(HttpContext context, DeviceCookie devices)
    {
        if (!context.Request.HasFormContentType)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        var form = await context.Request.ReadFormAsync();
        var limit = context.DeviceLimit();
        if (!Users.Knows(form["user"].ToString().Trim(), form["password"].ToString()))
        {
            var failed = await limit.FailureAsync();
            if (failed.Decision != LimitDecision.Allow)
            {
                await limit.RefuseAsync(failed);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await Page.WriteAsync(context, "Wrong user or password.");
            return;
        }
        var succeeded = await limit.SuccessAsync();
        if (succeeded.Decision != LimitDecision.Allow)
        {
            await limit.RefuseAsync(succeeded);
            return;
        }
        devices.Issue(context, limit.AccountId!);
        await Page.WriteAsync(context, "Welcome. This device is known now: failures of strangers do not keep it out.");
    }

    private static string Describe(LimitResult result) => result.Mode == LimitMode.FailClosed
        ? $"Logins are not possible right now. Try again in {result.RetryAfterSeconds} s."
        : $"Too many attempts. Try again in {result.RetryAfterSeconds} s.";
}
