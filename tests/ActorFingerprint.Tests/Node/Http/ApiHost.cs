using System.Net.Http.Headers;
using System.Text.Json;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;
using ActorFingerprint.Tests.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

/// <summary>The HTTP interface on a free loopback port over fakes.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>A token that only reads.</summary>
    public const string ReaderToken = "0123456789abcdef0123456789";

    /// <summary>A token that asks for decisions.</summary>
    public const string DeciderToken = "fedcba98765432100123456789";

    private readonly TemporaryFolder _folder = new();
    private AuditLog? _audit;
    private HttpServer? _server;

    public FakeEngine Engine { get; } = new();

    public HttpClient Client { get; } = new();

    public string Token { get; private set; } = "";

    public string AuditPath => _folder.File("audit.log");

    public string? ShutdownReason { get; private set; }

    public CaptureController Captures { get; private set; } = null!;

    public ManualTimeProvider Time { get; } = new();

    public LogLevels LogLevels { get; }

    public NodeDrain Drain { get; private set; } = null!;

    public ReplayJobs Replays { get; private set; } = null!;

    /// <summary>The cluster that the node is a part of; null has it run alone.</summary>
    public IClusterView? Cluster { get; set; }

    public IClusterControl? Control { get; set; }

    private ApiHost() => LogLevels = new LogLevels(LogLevel.Information, Time);

    public static async Task<ApiHost> StartAsync(
        HttpOptions? options = null, Action<FakeEngine>? arrange = null, bool isReadOnly = true, Action<ApiHost>? prepare = null)
    {
        var host = new ApiHost();
        arrange?.Invoke(host.Engine);
        prepare?.Invoke(host);
        host._audit = AuditLog.Open(host.AuditPath, TimeProvider.System);
        var tokens = TokenFile.OpenOrCreate(host._folder.File("token"));
        File.AppendAllText(tokens.Path, $"reader {ReaderToken}\ndecider {DeciderToken}\n");
        tokens = TokenFile.OpenOrCreate(tokens.Path);
        host.Token = TokenFile.FindToken(tokens.Path, Role.Admin)!;
        host.Captures = new CaptureController(host.Engine, host._audit, NullLogger<CaptureController>.Instance,
            [CaptureTarget.Live("eth0"), CaptureTarget.File("captures/a.pcap", consent: true)]);
        var all = new ActorFingerprintOptions
        {
            Http = (options ?? new HttpOptions()) with { Port = 0 },
            Capture = new CaptureOptions { Dhcp = true },
            Management = new ManagementOptions { Http = new ManagementHttpOptions { RouteProvidersReadOnly = isReadOnly } },
        };
        host.Drain = new NodeDrain(host.Captures, _ => Task.CompletedTask, () => { }, stop => host.Engine.Store.CatchUpAsync(stop));
        host.Replays = new ReplayJobs(host.Engine.Store, () => host.Engine.Signatures?.Classifier, host.Time, NullLogger.Instance);
        Action<string> shutdown = reason => host.ShutdownReason = reason;
        var alone = new SingleNodeCluster(() => new NodeAddress("127.0.0.1", 2551), host.Engine.Store, host.Time, shutdown);
        host._server = await HttpServer.StartAsync(new HttpServices(
            all, host.Engine, host.Captures, host._audit, tokens, NullLoggerFactory.Instance, TimeProvider.System, shutdown,
            new NodeManagement(host.Cluster ?? alone, host.Control ?? alone, host.Drain, host.LogLevels, host.Engine.Store, host.Replays)),
            CancellationToken.None);
        host.Client.BaseAddress = host._server.Address;
        return host;
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, string? token = null, string? json = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (json is not null) request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        return request;
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? token = null,
        string? json = null) =>
        await SendAsync(Request(method, path, token, json));

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await SendRawAsync(request);
        var text = await TextOfAsync(response);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    public Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request,
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead) =>
        Client.SendAsync(request, until, TestContext.Current.CancellationToken);

    public static Task<string> TextOfAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    public Task<string> GetTextAsync(string path) =>
        Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>Lines of the audit log so far.</summary>
    public Task<string[]> AuditAsync() => File.ReadAllLinesAsync(AuditPath, TestContext.Current.CancellationToken);

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null)
        {
            await _server.StopAsync(CancellationToken.None);
            await _server.DisposeAsync();
        }
        await Captures.StopAllAsync(CancellationToken.None);
        await Replays.DisposeAsync();
        LogLevels.Dispose();
        _audit?.Dispose();
        _folder.Dispose();
    }
}
