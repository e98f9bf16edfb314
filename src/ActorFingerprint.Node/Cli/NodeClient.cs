using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary>Talks to the node that the configuration describes, with the token of its token file.</summary>
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

    public static NodeClient Of(ActorFingerprintOptions options)
    {
        var bind = IPAddress.Parse(options.Http.Bind);
        var host = bind.Equals(IPAddress.Any) ? IPAddress.Loopback : bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bind;
        var address = new UriBuilder(options.Http.IsHttps ? "https" : "http", host.ToString(), options.Http.Port).Uri;
        var tokenFile = NodeHost.TokenFileOf(options);
        return new NodeClient(address, TokenFile.FindToken(tokenFile, Role.Admin), tokenFile);
    }

    public Task LabelAsync(DeviceKey device, string? label, CancellationToken stop) => SendAsync(
        () => _http.PutAsJsonAsync(PathOf(device) + "/label", new LabelRequest(label), ApiJson.Default.LabelRequest, stop), device);

    public Task ForgetAsync(DeviceKey device, CancellationToken stop) => SendAsync(() => _http.DeleteAsync(PathOf(device), stop), device);

    public void Dispose() => _http.Dispose();

    private static string PathOf(DeviceKey device) => "api/devices/" + Uri.EscapeDataString(device.ToString());

    private async Task SendAsync(Func<Task<HttpResponseMessage>> send, DeviceKey device)
    {
        HttpResponseMessage response;
        try
        {
            response = await send();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new CommandFailedException(ExitCodes.Node,
                $"no node answers at {_http.BaseAddress}: start one with 'actorfp run', or add --offline when none runs on the store");
        }
        using (response)
        {
            if (response.IsSuccessStatusCode) return;
            if (response.StatusCode == HttpStatusCode.NotFound) throw DeviceArgument.Unknown(device);
            if (response.StatusCode is HttpStatusCode.Unauthorized)
                throw new CommandFailedException(ExitCodes.Node,
                    $"the node refuses the token of {_tokenFile}: name the node's folder with --folder");
            throw new CommandFailedException(ExitCodes.Node, $"the node refuses: {await DetailOfAsync(response)}");
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
