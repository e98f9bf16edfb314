using System.Net;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Metrics;
using ActorFingerprint.Node.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorFingerprint.Node.Http;

/// <summary>Kestrel with the node's API: guards first, then endpoints. Reads no configuration of its own.</summary>
public sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly EventHub _events;

    private HttpServer(WebApplication app, EventHub events) => (_app, _events) = (app, events);

    /// <summary>The address that it listens on, with the real port.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts to listen. Throws <see cref="IOException"/> when the address is in use, with what to do.</summary>
    public static async Task<HttpServer> StartAsync(HttpServices services, CancellationToken stop)
    {
        var options = services.Options.Http;
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(HttpServer).Assembly.GetName().Name });
        builder.Services.AddSingleton(services.Logging).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton(services).AddSingleton(options).AddSingleton(services.Audit).AddSingleton(services.Tokens)
            .AddSingleton(services.Time);
        builder.Services.AddSingleton<RefusalLog>().AddSingleton(_ => new MetricCollector("ActorFingerprint"));
        builder.Services.AddSingleton(
            new EventHub(services.Engine.Notices, options.EventClients, options.EventBuffer, services.Logging.CreateLogger<EventHub>()));
        builder.Services.AddRoutingCore().AddRequestTimeouts(timeouts =>
            timeouts.DefaultPolicy = new() { Timeout = options.RequestTimeout, TimeoutStatusCode = StatusCodes.Status504GatewayTimeout });
        builder.Services.AddSingleton(new ManagementMetrics(services.Management));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, ManagementJson.Default);
        });
        builder.Services.AddOpenApi(OpenApiDocument.Describe);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options));

        var app = builder.Build();
        app.UseMiddleware<ProblemMiddleware>().UseMiddleware<HostGuard>();
        app.UseRouting();
        app.UseMiddleware<AccessGuard>().UseRequestTimeouts();
        app.MapManagement();
        app.MapDevices();
        app.MapLookup();
        app.MapEvents();
        app.MapCluster();
        app.MapAdmin();
        app.MapReplay();
        app.MapLimits();
        app.MapOpenApi("/openapi/v1.json").WithMetadata(AccessRule.Read);
        app.Services.GetRequiredService<MetricCollector>();
        app.Services.GetRequiredService<ManagementMetrics>();

        var server = new HttpServer(app, app.Services.GetRequiredService<EventHub>());
        server._events.Start();
        if (services.Engine.Limiter is { } limiter) limiter.Noticed += server._events.Publish;
        try
        {
            await app.StartAsync(stop);
        }
        catch (Exception error)
        {
            await server._events.DisposeAsync();
            await server.DisposeAsync();
            if (error is not IOException) throw;
            throw new IOException(
                $"http.bind = {options.Bind}, http.port = {options.Port}: {error.Message.TrimEnd('.')}; "
                + "stop the other process or set http.port",
                error);
        }
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>Closes event streams, refuses new connections and waits for the requests under way.</summary>
    public async Task StopAsync(CancellationToken stop)
    {
        await _events.DisposeAsync();
        await _app.StopAsync(stop);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = (int)options.MaxRequestHeaders;
        kestrel.Limits.MaxRequestLineSize = (int)options.MaxRequestHeaders;
        kestrel.Limits.MaxRequestBufferSize = Math.Max(options.MaxRequestBody, options.MaxRequestHeaders);
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = options.RequestTimeout;
        kestrel.Listen(IPAddress.Parse(options.Bind), options.Port, listen =>
        {
            if (options.IsHttps) listen.UseHttps(CertificateFiles.Load(options.Certificate, options.CertificateKey, options.CertificatePassword));
        });
    }
}
