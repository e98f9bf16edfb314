using System.Net;
using System.Net.Http.Headers;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Node.Configuration;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>
/// Asks the Fingerbank API one question at a time. Nothing is opened before the first. Redirects are not followed, no proxy is used, no cookie
/// kept, no trace header sent; a reply is read up to <see cref="ApiDeviceJson.MaxLength"/> bytes. Every end is an outcome, never an exception
/// but for cancellation.
/// </summary>
public sealed class FingerbankClient(FingerbankOptions options, ApiKey key, TimeProvider time) : IDisposable
{
    /// <summary>What the node calls itself.</summary>
    public const string Agent = "ActorFingerprint";

    private readonly Uri _address = new(options.Address);
    private readonly Lazy<HttpMessageInvoker> _http = new(Create);

    /// <summary>Asks. Throws <see cref="OperationCanceledException"/> only when <paramref name="stop"/> asks for it.</summary>
    public async Task<InterrogationResult> AskAsync(ApiQuestion question, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            using var request = RequestOf(question);
            using var response = await _http.Value.SendAsync(request, either.Token);
            return await ResultOfAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(InterrogationOutcome.TimedOut);
        }
        catch (HttpRequestException error)
        {
            return new(error.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded
                or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.HttpProtocolError
                ? InterrogationOutcome.Unreadable : InterrogationOutcome.Unreachable);
        }
        catch (IOException)
        {
            return new(InterrogationOutcome.Unreadable); // it broke off in the middle
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_http.IsValueCreated) _http.Value.Dispose();
    }

    private static HttpMessageInvoker Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 1,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    private HttpRequestMessage RequestOf(ApiQuestion question)
    {
        var content = new ReadOnlyMemoryContent(question.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
        request.Headers.Authorization = key.ToHeader();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Agent, null));
        return request;
    }

    private async Task<InterrogationResult> ResultOfAsync(HttpResponseMessage response, CancellationToken stop) => response.StatusCode switch
    {
        HttpStatusCode.OK => await BodyOfAsync(response, stop) is { } body && ApiDeviceJson.TryRead(body, out var device)
            ? new(InterrogationOutcome.Found, device) : new(InterrogationOutcome.Unreadable),
        HttpStatusCode.NotFound => new(InterrogationOutcome.NotFound),
        HttpStatusCode.Unauthorized => new(InterrogationOutcome.KeyRefused),
        HttpStatusCode.Forbidden => new(InterrogationOutcome.Blocked, null, RetryAfterOf(response)),
        HttpStatusCode.TooManyRequests => new(InterrogationOutcome.LimitReached, null, RetryAfterOf(response)),
        >= HttpStatusCode.InternalServerError => new(InterrogationOutcome.ServerFault, null, RetryAfterOf(response)),
        >= HttpStatusCode.BadRequest => new(InterrogationOutcome.QuestionRefused),
        _ => new(InterrogationOutcome.Unreadable),
    };

    /// <summary>The whole body; null when it is longer than a reply may be.</summary>
    private static async Task<ReadOnlyMemory<byte>?> BodyOfAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength > ApiDeviceJson.MaxLength) return null;
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            if (body.Length + read > ApiDeviceJson.MaxLength) return null;
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>Seconds or a date (RFC 9110 §10.2.3); null when there is neither, or it has passed.</summary>
    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return wait > TimeSpan.Zero ? wait : null;
    }
}
