using System.Runtime.CompilerServices;
using ActorFingerprint.Limits.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ActorFingerprint.AspNetCore;

/// <summary>Adds device limits to an application.</summary>
public static class DeviceLimitExtensions
{
    /// <summary>
    /// Adds device limits; say where decisions come from next (<see cref="DeviceLimitsBuilder.UseNode"/>, <see
    /// cref="DeviceLimitsBuilder.UseInProcess"/>).
    /// </summary>
    public static DeviceLimitsBuilder AddDeviceLimits(this IServiceCollection services, Action<DeviceLimitOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDataProtection();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DeviceCookie>();
        services.AddHostedService<DeviceLimitCheck>();
        services.AddOptions<DeviceLimitOptions>().Configure(configure);
        return new(services);
    }

    /// <summary>
    /// Limits an endpoint by device. Under an account policy (login, otp) the endpoint runs when the limiter allows, and its response tells
    /// how the attempt ended; under an API policy the call is counted. A refusal is 429, or 503 while the limiter cannot be reached, with
    /// <c>Retry-After</c>. Nothing else has to be added: the limit is part of the endpoint.
    /// </summary>
    /// <exception cref="InvalidOperationException">When the application starts to serve: an unknown policy, no limiter.</exception>
    public static TBuilder RequireDeviceLimit<TBuilder>(this TBuilder builder, string policy, Action<DeviceLimitRule>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(policy);
        var rule = new DeviceLimitRule(policy);
        configure?.Invoke(rule);
        builder.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is not { } run) return; // an endpoint that serves nothing, such as a SignalR negotiation group
            var gate = GateOf(endpoint.ApplicationServices, rule);
            endpoint.RequestDelegate = context => gate.InvokeAsync(context, run);
        });
        return builder;
    }

    /// <summary>Limits the endpoints that carry <see cref="RequireDeviceLimitAttribute"/>. After routing and authentication.</summary>
    public static IApplicationBuilder UseDeviceLimits(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var gates = new ConditionalWeakTable<RequireDeviceLimitAttribute, DeviceLimitGate>();
        return app.Use(next => context =>
            context.GetEndpoint()?.Metadata.GetMetadata<RequireDeviceLimitAttribute>() is { } limit
                ? gates.GetValue(limit, one => GateOf(app.ApplicationServices, new DeviceLimitRule(one.Policy))).InvokeAsync(context, next)
                : next(context));
    }

    private static DeviceLimitGate GateOf(IServiceProvider services, DeviceLimitRule rule) => new(
        services.GetRequiredService<IOptions<DeviceLimitOptions>>().Value,
        services.GetService<IDeviceLimiter>()
            ?? throw new InvalidOperationException("no limiter: call AddDeviceLimits(…).UseNode(…) or .UseInProcess(…)"),
        rule);
}

/// <summary>Says where decisions come from.</summary>
public sealed class DeviceLimitsBuilder
{
    internal DeviceLimitsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>From a node.</summary>
    public DeviceLimitsBuilder UseNode(Action<NodeLimiterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton<IDeviceLimiter>(services =>
        {
            var options = new NodeLimiterOptions();
            configure(options);
            return new NodeDeviceLimiter(options, services.GetRequiredService<TimeProvider>());
        });
        return this;
    }

    /// <summary>From this process alone: nothing outlives it.</summary>
    public DeviceLimitsBuilder UseInProcess(Func<LimiterEngineOptions, LimiterEngineOptions>? configure = null)
    {
        Services.AddSingleton<IDeviceLimiter>(services =>
        {
            var options = new LimiterEngineOptions { Secrets = InProcessDeviceLimiter.RandomSecrets() };
            return new InProcessDeviceLimiter(configure?.Invoke(options) ?? options, services.GetRequiredService<TimeProvider>());
        });
        return this;
    }
}
