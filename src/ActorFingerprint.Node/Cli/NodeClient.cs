using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary>Talks to the node that the configuration describes, with a token of its token file.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _tokenFile;

    private NodeClient(Uri address, string? token, string tokenFile)
    {
        _tokenFile = tokenFile;
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>A client with the first token of at least this role.</summary>
    public static NodeClient Of(ActorFingerprintOptions options, Role role = Role.Admin)
    {
        var bind = IPAddress.Parse(options.Http.Bind);
        var host = bind.Equals(IPAddress.Any) ? IPAddress.Loopback : bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bind;
        var address = new UriBuilder(options.Http.IsHttps ? "https" : "http", host.ToString(), options.Http.Port).Uri;
        var tokenFile = NodeHost.TokenFileOf(options);
        return new NodeClient(address, TokenFile.FindToken(tokenFile, role), tokenFile);
    }

    public async Task LabelAsync(DeviceKey device, string? label, CancellationToken stop)
    {
        using var response = await SendToDeviceAsync(
            () => _http.PutAsJsonAsync(PathOf(device) + "/label", new LabelRequest(label), ApiJson.Default.LabelRequest, stop), device);
    }

    public async Task ForgetAsync(DeviceKey device, CancellationToken stop)
    {
        using var response = await SendToDeviceAsync(() => _http.DeleteAsync(PathOf(device), stop), device);
    }

    /// <summary>Posts a body and reads the answer.</summary>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
    {
        using var response = await SendAsync(() => _http.PostAsJsonAsync(path, body, bodyType, stop), "");
        return await ReadAsync(response, answerType, stop);
    }

    /// <summary>Posts without a body and reads the answer.</summary>
    public async Task<TAnswer> PostAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
    {
        using var response = await SendAsync(() => _http.PostAsync(path, null, stop), "");
        return await ReadAsync(response, answerType, stop);
    }

    /// <summary>Posts a body under a key, by which the node knows the same call again, and reads the answer.</summary>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, string? idempotencyKey, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) };
        if (idempotencyKey is not null && !request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey))
            throw new UsageException("--key: write visible ASCII characters");
        using var response = await SendAsync(() => _http.SendAsync(request, stop), "");
        return await ReadAsync(response, answerType, stop);
    }

    /// <summary>Puts a form with one field and reads the answer.</summary>
    public async Task<TAnswer> PutFormAsync<TAnswer>(
        string path, string field, string value, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent([new KeyValuePair<string, string>(field, value)]);
        using var response = await SendAsync(() => _http.PutAsync(path, form, stop), "");
        return await ReadAsync(response, answerType, stop);
    }

    /// <summary>Why the node is not ready, in one line; null when it is.</summary>
    public async Task<string?> NotReadyReasonAsync(CancellationToken stop)
    {
        using var response = await SendAsync(() => _http.GetAsync("ready", stop), "", mayRefuse: true);
        return response.IsSuccessStatusCode ? null : await DetailOfAsync(response);
    }

    /// <summary>Reads an answer.</summary>
    public async Task<TAnswer> GetAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
    {
        using var response = await SendAsync(() => _http.GetAsync(path, stop), "");
        return await ReadAsync(response, answerType, stop);
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(DeviceKey device) => "api/devices/" + Uri.EscapeDataString(device.ToString());

    private Task<HttpResponseMessage> SendToDeviceAsync(Func<Task<HttpResponseMessage>> send, DeviceKey device) =>
        SendAsync(send, ", or add --offline when none runs on the store", () => DeviceArgument.Unknown(device));

    /// <summary>An answer that succeeded; <paramref name="orElse"/> ends the hint of what to do when no node is there.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        Func<Task<HttpResponseMessage>> send, string orElse, Func<Exception>? notFound = null, bool mayRefuse = false)
    {
        HttpResponseMessage response;
        try
        {
            response = await send();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new CommandFailedException(ExitCodes.Node,
                $"no node answers at {_http.BaseAddress}: start one with 'actorfp run'{orElse}");
        }
        if (response.IsSuccessStatusCode || (mayRefuse && response.StatusCode == HttpStatusCode.ServiceUnavailable)) return response;
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound && notFound is not null) throw notFound();
            if (response.StatusCode is HttpStatusCode.Unauthorized)
                throw new CommandFailedException(ExitCodes.Node, _http.DefaultRequestHeaders.Authorization is null
                    ? $"no token for this in {_tokenFile}: name the node's folder with --folder"
                    : $"the node refuses the token of {_tokenFile}: name the node's folder with --folder");
            throw new CommandFailedException(ExitCodes.Node, $"the node refuses: {await DetailOfAsync(response)}");
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken stop)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, stop) ?? throw new JsonException("null is no answer");
        }
        catch (JsonException error)
        {
            throw new CommandFailedException(ExitCodes.Node, $"the node's answer cannot be read: {error.Message}");
        }
    }

    private static async Task<string> DetailOfAsync(HttpResponseMessage response)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDetails);
            return problem?.Detail ?? response.StatusCode.ToString();
        }
        catch (JsonException)
        {
            return response.StatusCode.ToString();
        }
    }
}
