using System.Net.Http.Headers;
using System.Text.Json;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

/// <summary>The work of operators on a whole node over its store, and that it changes nothing of what is known.</summary>
public sealed class AdministrationSpecs : IAsyncLifetime
{
    private const string Capture = "home";
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly LogLevels _levels = new(LogLevel.Information, TimeProvider.System);
    private NodeHost _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new ActorFingerprintOptions
        {
            Node = new NodeOptions { Folder = _folder.File(Capture) },
            Http = new HttpOptions { Port = 0 },
            Management = new ManagementOptions { Http = new ManagementHttpOptions { RouteProvidersReadOnly = false } },
            Limiter = new LimiterOptions { Enabled = true, Shards = 2 },
        };
        var sample = CaptureTarget.File(Path.Combine(Repository.Root, "samples", "home.pcapng"), consent: true);
        _node = await NodeHost.StartAsync(
            new NodeComposition(TimeProvider.System), options, [sample], NullLoggerFactory.Instance, _levels, TimeProvider.System, Stop);
        await _node.Captures.WhenEndedAsync([sample.Name], Stop);
        _http.BaseAddress = _node.Address;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenFile.FindToken(NodeHost.TokenFileOf(options), Role.Admin));
    }

    [Fact]
    public async Task Shards_snapshots_passivation_and_replays_leave_the_devices_as_they_are()
    {
        var before = await DevicesAsync();
        var cluster = await GetAsync("cluster/members");
        Assert.Equal($"actorfp://actorfp@127.0.0.1:{_node.Address!.Port}", cluster.GetProperty("selfNode").GetString());
        Assert.Equal(["device", "limiter"], cluster.GetProperty("shards").EnumerateArray().Select(region => region.GetProperty("region").GetString()));
        Assert.Equal(0, cluster.GetProperty("lag").GetProperty("events").GetInt32());
        var active = cluster.GetProperty("shards")[0].GetProperty("numEntities").GetInt32();
        Assert.True(active > 0);

        Assert.True((await PostAsync("admin/snapshot")).GetProperty("snapshots").GetInt32() > 0);
        Assert.Equal(0, (await PostAsync("admin/snapshot")).GetProperty("snapshots").GetInt32());
        Assert.Equal(active, (await PostAsync("admin/passivate", """{"all":true}""")).GetProperty("passivated").GetInt32());
        Assert.Equal(0, (await GetAsync("cluster/members")).GetProperty("shards")[0].GetProperty("numEntities").GetInt32());

        var rebuilt = await ReplayAsync("""{"mode":"rebuild"}""");
        Assert.Equal("completed", rebuilt.GetProperty("state").GetString());
        Assert.Equal(rebuilt.GetProperty("eventsTotal").GetInt64(), rebuilt.GetProperty("events").GetInt64());
        Assert.Equal(before, await DevicesAsync());
        var past = await ReplayAsync("""{"mode":"as-of","asOf":"9999-01-01T00:00:00Z"}""");
        Assert.Equal(before.Count, past.GetProperty("devices").GetInt32());
        var result = await GetAsync($"admin/replay/{past.GetProperty("id").GetString()}/result?limit=1000");
        Assert.Equal(before.Order(StringComparer.Ordinal), result.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task A_drained_node_has_everything_in_its_read_side_and_leaves_in_order()
    {
        Assert.Equal("drained", (await PostAsync("admin/drain")).GetProperty("state").GetString());
        Assert.Equal(503, (int)(await _http.GetAsync("ready", Stop)).StatusCode);
        Assert.Equal("serving", (await PostAsync("admin/undrain")).GetProperty("state").GetString());
        Assert.Equal(200, (int)(await _http.GetAsync("ready", Stop)).StatusCode);
        using var left = await _http.DeleteAsync(new Uri("cluster/members/actorfp@127.0.0.1:" + _node.Address!.Port, UriKind.Relative), Stop);
        Assert.Equal(200, (int)left.StatusCode);
        Assert.EndsWith(" leaves", await _node.ShutdownRequested.WaitAsync(Stop), StringComparison.Ordinal);
        Assert.True(await _node.StopAsync("test"));
        Assert.True(AuditLog.Verify(Path.Combine(_folder.File(Capture), NodeHost.AuditFileName)).IsIntact);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.StopAsync("the test has ended");
        _http.Dispose();
        _levels.Dispose();
        _folder.Dispose();
    }

    private async Task<IReadOnlyList<string>> DevicesAsync() =>
        [.. (await _node.Engine.Devices.ListAsync(new DeviceQuery { Limit = 1000 }, Stop)).Rows.Select(row => row.Key)];

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), Stop));

    private async Task<JsonElement> PostAsync(string path, string? json = null)
    {
        using var body = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), body, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    private async Task<JsonElement> ReplayAsync(string json)
    {
        var replay = await PostAsync("admin/replay", json);
        while (replay.GetProperty("state").GetString() == "running")
        {
            await Task.Delay(10, Stop);
            replay = await GetAsync("admin/replay/" + replay.GetProperty("id").GetString());
        }
        return replay;
    }
}
