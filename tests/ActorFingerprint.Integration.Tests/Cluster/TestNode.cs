using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Tests;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>One node of a cluster: the real program as a process of its own, started as often as a test likes.</summary>
internal sealed class TestNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder;
    private readonly string[] _arguments;
    private readonly List<string> _log = [];
    private ServerProcess? _process;

    public TestNode(string name, string folder, int port, int asksPort, string[] operands)
    {
        (Name, _folder, AsksPort) = (name, folder, asksPort);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        Client = new HttpClient { BaseAddress = new Uri($"http://{Address}"), Timeout = TimeSpan.FromSeconds(20) };
        _arguments = ["run", .. operands, "--config", Path.Combine(folder, "node.conf")];
    }

    /// <summary>The program as its project leaves it, signatures included; else the one beside the tests.</summary>
    public static string Program { get; } = Find();

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its address among the members, after the @: host and port of its HTTP.</summary>
    public string Address { get; }

    /// <summary>Where other nodes ask it.</summary>
    public int AsksPort { get; }

    /// <summary>Talks to it with its administrator's token.</summary>
    public HttpClient Client { get; }

    /// <summary>It runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Everything that it printed, over all starts.</summary>
    public string Log
    {
        get { lock (_log) return string.Join('\n', _log); }
    }

    /// <summary>Starts it (again) and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        _process?.Dispose();
        var process = _process = ServerProcess.Start(Program, _arguments, new Dictionary<string, string> { ["DOTNET_gcServer"] = "0" }, Note);
        await UntilAsync("answer", process, async () =>
        {
            using var answer = await Client.GetAsync(new Uri("alive", UriKind.Relative), stop);
            return answer.IsSuccessStatusCode;
        }, stop);
        var token = File.ReadLines(Path.Combine(_folder, "data", "token")).Single(line => line.StartsWith("admin ", StringComparison.Ordinal))[6..];
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Waits until it does its part.</summary>
    public Task ReadyAsync(CancellationToken stop) => UntilAsync("readiness", _process!, async () =>
    {
        using var answer = await Client.GetAsync(new Uri("ready", UriKind.Relative), stop);
        return answer.StatusCode == HttpStatusCode.OK;
    }, stop);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>An orderly stop.</summary>
    public Task StopAsync() => _process!.StopAsync();

    /// <summary>SIGSTOP.</summary>
    public void Suspend() => _process!.Suspend();

    /// <summary>SIGCONT.</summary>
    public void Resume() => _process!.Resume();

    /// <summary>An answer as JSON.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken stop) =>
        JsonElement.Parse(await Client.GetStringAsync(new Uri(path, UriKind.Relative), stop));

    public void Dispose()
    {
        _process?.Dispose();
        Client.Dispose();
    }

    private static string Find()
    {
        var built = Path.Combine(Repository.Root, "artifacts", "bin", "ActorFingerprint.Node", new DirectoryInfo(AppContext.BaseDirectory).Name, "actorfp");
        return File.Exists(built) ? built : Path.Combine(AppContext.BaseDirectory, "actorfp");
    }

    private async Task UntilAsync(string what, ServerProcess process, Func<Task<bool>> holds, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50, stop))
        {
            try
            {
                if (await holds()) return;
            }
            catch (HttpRequestException)
            {
                // not yet
            }
            if (process.HasExited || watch.Elapsed > Patience) throw new InvalidOperationException($"{Name}: no {what}:\n{Log}");
        }
    }

    private void Note(string line)
    {
        lock (_log) _log.Add(line);
    }
}
