using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorFingerprint.Tests.Capture.Live;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>A source as <c>GET /admin/capture</c> shows it.</summary>
internal sealed record LiveSource(
    string Source, string State, string? Problem, long Frames, long Bytes, long DroppedByKernel, long DroppedByInterface, long DroppedByEngine);

/// <summary>A node in the namespace of a <see cref="VethPair"/>, and a client of its HTTP interface in there.</summary>
internal sealed class LiveNode : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _folder;

    private LiveNode(NodeProcess process, HttpClient client, string folder) => (Process, _client, _folder) = (process, client, folder);

    public NodeProcess Process { get; }

    /// <summary>Outcomes of the states that a source went through, oldest first, as the audit log has them.</summary>
    public IEnumerable<string> AuditedStates(string source) => File.ReadLines(Path.Combine(_folder, "audit.log"))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("event").GetString() == "capture.state" && line.GetProperty("source").GetString() == source)
        .Select(line => line.GetProperty("outcome").GetString()!);

    /// <summary>
    /// Starts <c>actorfp run</c> on a store folder, after the words of <paramref name="before"/>, and returns when its sources were started.
    /// </summary>
    public static async Task<LiveNode> StartAsync(VethPair pair, string folder, IEnumerable<string> before, params string[] arguments)
    {
        var process = NodeProcess.Start([.. pair.Enter, .. before], ["run", "--folder", folder, "--port", "0", .. arguments]);
        try
        {
            var address = new Uri((await process.LineAsync(@"^The API is at (\S+?)\. Try:")).Groups[1].Value);
            var token = Regex.Match(await File.ReadAllTextAsync(Path.Combine(folder, "token")), @"^admin (\S+)", RegexOptions.Multiline);
            return new LiveNode(process, ClientOf(pair, address, token.Groups[1].Value), folder);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public Task<string> GetAsync(string path) => _client.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<LiveSource> SourceAsync(string name) =>
        Read<List<LiveSource>>(await GetAsync("admin/capture")).Single(source => source.Source == name);

    /// <summary><c>POST /admin/capture/{source}/{call}</c>; status and body.</summary>
    public async Task<(int Status, string Body)> PostAsync(string source, string call)
    {
        using var response = await _client.PostAsync(new Uri($"admin/capture/{source}/{call}", UriKind.Relative), null);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The same, for a call that must succeed.</summary>
    public async Task<LiveSource> ChangeAsync(string source, string call)
    {
        var (status, body) = await PostAsync(source, call);
        return status == 200 ? Read<LiveSource>(body) : throw new InvalidOperationException($"{call} {source}: {status} {body}");
    }

    public void Dispose()
    {
        _client.Dispose();
        Process.Dispose();
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!;

    // A socket stays in the namespace where it was made.
    private static HttpClient ClientOf(VethPair pair, Uri address, string token)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var socket = pair.Inside(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
