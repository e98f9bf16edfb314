using System.Globalization;
using System.Net;
using ActorFingerprint.Engine.Sharding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>
/// Where other nodes ask this one: HTTP/2 on a port of its own. Answers 200 with the region's bytes, 400 for what the region cannot read,
/// 401 for who is not of the cluster, 410 with <c>af-epoch</c> when the shard is not here, 503 when too much is under way. Whoever is not
/// answered 200 was not served at all, but for 500: the region has failed on it.
/// </summary>
public sealed class ShardAskListener : IAsyncDisposable
{
    private const int StreamsPerConnection = 1024;

    private readonly WebApplication _app;
    private readonly IReadOnlyDictionary<string, IShardAskHandler> _handlers;
    private readonly Func<string, int, long> _epochOf;
    private readonly AskOptions _options;
    private readonly AskMetrics _metrics;
    private readonly AskSignature? _signature;
    private readonly AskMemory _unchecked;
    private int _inFlight;

    private ShardAskListener(
        IReadOnlyDictionary<string, IShardAskHandler> handlers, Func<string, int, long> epochOf, IPEndPoint at, AskOptions options,
        AskMetrics metrics, TimeProvider time)
    {
        (_handlers, _epochOf, _options, _metrics) = (handlers, epochOf, options, metrics);
        _unchecked = new(options.MaxUnchecked);
        _signature = options.Secret.IsEmpty ? null : new(options.Secret.Span, time);
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(ShardAskListener).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, at));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts to listen.</summary>
    /// <param name="handlers">The regions of this node, by name.</param>
    /// <param name="epochOf">Epoch of a shard on this node; 0 when it is not here.</param>
    /// <param name="at">Address and port; port 0 takes a free one.</param>
    /// <param name="options">Secrets and limits.</param>
    /// <param name="metrics">Counts what is answered.</param>
    /// <param name="time">Clock of signatures.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<ShardAskListener> StartAsync(
        IReadOnlyDictionary<string, IShardAskHandler> handlers, Func<string, int, long> epochOf, IPEndPoint at, AskOptions options,
        AskMetrics metrics, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem() is { } problem) throw new ArgumentException(problem, nameof(options));
        var listener = new ShardAskListener(handlers, epochOf, at, options, metrics, time);
        try
        {
            await listener._app.StartAsync(stop).ConfigureAwait(false);
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var addresses = listener._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        listener.Address = new Uri(addresses.First());
        return listener;
    }

    /// <summary>Takes no new asks, and waits for those under way.</summary>
    public Task StopAsync(CancellationToken stop) => _app.StopAsync(stop);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Configure(KestrelServerOptions kestrel, IPEndPoint at)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = _options.MaxSize;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(5);
        kestrel.Listen(at, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (_options.Certificate is not { } certificate) return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                if (_options.Authorities.Count == 0) return;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (shown, _, _) => AskTrust.IsTrusted(shown, _options.Authorities);
            });
        });
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!HttpMethods.IsPost(context.Request.Method) || !AskWire.TryParse(path, out var region, out var shard, out var kind))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var isRegion = _handlers.TryGetValue(region, out var handler);
        try
        {
            if (Interlocked.Increment(ref _inFlight) > _options.MaxInFlight)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else
                await AnswerAsync(context, path, region, shard, kind, handler).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
        _metrics.Answered(isRegion ? region : "unknown", context.Response.StatusCode);
    }

    private async Task AnswerAsync(HttpContext context, string path, string region, int shard, string kind, IShardAskHandler? handler)
    {
        var response = context.Response;
        try
        {
            var request = context.Request;
            if (_signature?.IsTimely(request.Headers.Authorization) == false)
            {
                response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }
            if (request.ContentLength is not { } length || length > _options.MaxSize)
            {
                response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            deadline.CancelAfter(DeadlineOf(context));
            var epoch = NumberOf(context, AskWire.Epoch);
            byte[] body;
            using (var arriving = new AskBody(_unchecked))
            {
                if (!await arriving.TryReadAsync(request.Body, (int)length, deadline.Token).ConfigureAwait(false))
                {
                    response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    return;
                }
                if (_signature?.IsValid(request.Headers.Authorization, path, epoch, arriving.Bytes) == false)
                {
                    response.StatusCode = StatusCodes.Status401Unauthorized;
                    return;
                }
                body = arriving.Bytes.ToArray(); // the region may keep it
            }
            var hosted = _epochOf(region, shard);
            if (handler is null || hosted == 0 || epoch > hosted) // who knows a later epoch means another owner
            {
                Move(response, hosted);
                return;
            }
            var answer = await handler.AnswerAsync(shard, kind, body, deadline.Token).ConfigureAwait(false);
            response.ContentLength = answer.Length;
            await response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
        }
        catch (ShardMovedException)
        {
            Move(response, _epochOf(region, shard));
        }
        catch (FormatException)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
        }
        catch (OperationCanceledException)
        {
            response.StatusCode = StatusCodes.Status504GatewayTimeout; // nobody waits for it
        }
        catch (Exception error) when (error is IOException)
        {
            context.Abort(); // the connection is gone
        }
    }

    private TimeSpan DeadlineOf(HttpContext context) =>
        NumberOf(context, AskWire.Deadline) is > 0 and var ms && ms < _options.Deadline.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(ms)
            : _options.Deadline;

    private static long NumberOf(HttpContext context, string header) =>
        long.TryParse(context.Request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void Move(HttpResponse response, long epoch)
    {
        response.StatusCode = StatusCodes.Status410Gone;
        response.Headers[AskWire.Epoch] = epoch.ToString(CultureInfo.InvariantCulture);
    }
}
