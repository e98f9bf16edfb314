using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Integration.Tests.Servers;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>What <c>/ready</c> says: the status, 0 when nobody answers, and the one line.</summary>
internal sealed record Readiness(int Status, string Line)
{
    /// <summary>200.</summary>
    public bool IsReady => Status == 200;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status}: {Line}");
}

/// <summary>
/// One <c>actorfp run</c> in a process of its own, started anew with the same folder after it was stopped or killed. With a network namespace it
/// runs in there, and is asked from in there.
/// </summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _configuration;
    private readonly string? _netns;
    private readonly List<string> _earlier = [];
    private ServerProcess? _process;

    /// <param name="name">Name of the node.</param>
    /// <param name="folder">Where it keeps what is its own, and its configuration.</param>
    /// <param name="settings">Lines of HOCON besides those of the node itself.</param>
    /// <param name="netns">A network namespace; null for that of the tests.</param>
    public NodeProcess(string name, string folder, IEnumerable<string> settings, string? netns = null)
    {
        (Name, Folder, _netns, Port) = (name, folder, netns, ServerProcess.FreePort());
        Directory.CreateDirectory(folder);
        _configuration = Path.Combine(folder, "node.conf");
        File.WriteAllLines(_configuration,
        [
            string.Create(CultureInfo.InvariantCulture, $"node {{ name = {name}, folder = \"{folder}/data\" }}"),
            string.Create(CultureInfo.InvariantCulture, $"http.port = {Port}"),
            .. settings,
        ]);
    }

    /// <summary>The program, as built with these tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "actorfp");

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Its port of HTTP.</summary>
    public int Port { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process?.Id ?? 0;

    /// <summary>It has ended, or was not started.</summary>
    public bool HasExited => _process is not { HasExited: false };

    /// <summary>All that it printed, earlier processes first.</summary>
    public string Output => string.Concat(_earlier) + _process?.Output;

    /// <summary>Lines of its log that warn.</summary>
    public IEnumerable<string> Warnings => Output.Split('\n').Where(line => line.Contains(" warn", StringComparison.OrdinalIgnoreCase)
        || line.Contains(" error", StringComparison.OrdinalIgnoreCase) || line.Contains("nhandled", StringComparison.Ordinal));

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        Launch(arguments);
        var watch = Stopwatch.StartNew();
        while ((await ReadyAsync()).Status == 0)
        {
            if (HasExited || watch.Elapsed > Patience) throw new InvalidOperationException($"{Name} did not start:\n{Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>Starts it.</summary>
    public void Launch(params string[] arguments)
    {
        if (_process is { } before)
        {
            _earlier.Add(before.Output);
            before.Dispose();
        }
        List<string> all = ["run", .. arguments, "--config", _configuration];
        var environment = new Dictionary<string, string> { ["DOTNET_gcServer"] = "0", ["DOTNET_TieredPGO"] = "0" };
        _process = _netns is null
            ? ServerProcess.Start(Program, all, environment)
            : ServerProcess.Start("ip", ["netns", "exec", _netns, Program, .. all], environment);
    }

    /// <summary>Runs another command of the program with its configuration; what it printed, and its exit code.</summary>
    public async Task<(int Code, string Output)> CommandAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, [.. arguments, "--config", _configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    /// <summary>Stops it in order.</summary>
    public Task StopAsync() => _process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Waits for its end by itself.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (!HasExited)
        {
            if (watch.Elapsed > patience) throw new TimeoutException($"{Name} goes on:\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Kills it, as a power failure would end it.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Holds it still.</summary>
    public void Suspend() => _process?.Suspend();

    /// <summary>Lets it go on.</summary>
    public void Resume() => _process?.Resume();

    /// <summary>What <c>/ready</c> says now.</summary>
    public async Task<Readiness> ReadyAsync()
    {
        var answer = await GetAsync("ready");
        if (answer is not { } got) return new Readiness(0, "nobody answers");
        using var json = JsonDocument.Parse(got.Body);
        string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        return new Readiness(got.Status, Text("detail") ?? Text("note") ?? Text("status") ?? got.Body);
    }

    /// <summary>Waits until <c>/ready</c> says what is waited for; how long that took.</summary>
    public async Task<(TimeSpan After, Readiness Said)> UntilReadyAsync(Func<Readiness, bool> isIt, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var said = await ReadyAsync();
            if (isIt(said)) return (watch.Elapsed, said);
            if (watch.Elapsed > (patience ?? Patience)) throw new TimeoutException($"{Name} /ready: {said}\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Asks a path; null when nobody answers.</summary>
    public async Task<(int Status, string Body)?> GetAsync(string path)
    {
        List<string> curl = ["-s", "-m", "5", "-w", "\n%{http_code}", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/{path}")];
        var start = _netns is null ? new ProcessStartInfo("curl", curl) : new ProcessStartInfo("ip", ["netns", "exec", _netns, "curl", .. curl]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var at = output.LastIndexOf('\n');
        return int.TryParse(output.AsSpan(at + 1), CultureInfo.InvariantCulture, out var status) && status > 0 ? (status, output[..at]) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _process?.Dispose();
}
