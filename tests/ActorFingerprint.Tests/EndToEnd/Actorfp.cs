using System.Diagnostics;
using System.Text;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>A running process of the built executable. Disposed, it is killed if it still runs.</summary>
internal sealed class Actorfp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Actorfp(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Note(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Small limits, so that a short run meets every snapshot and checkpoint many times.</summary>
    public static string[] SmallSteps { get; } =
    [
        "--set", "journal.checkpoint-frames=500", "--set", "journal.shard-snapshot-every=4", "--set", "journal.snapshot-every=3",
        "--set", "streams.block-size=64 KiB", "--set", "sharding.shards=8",
    ];

    /// <summary>The executable, as the Node project of this configuration leaves it.</summary>
    public static string ExecutablePath { get; } = Find();

    /// <summary>What it wrote so far to standard error.</summary>
    public string Errors
    {
        get { lock (_errors) return _errors.ToString(); }
    }

    /// <summary>What it wrote so far to standard output.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    public static Actorfp Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(ExecutablePath, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        return new Actorfp(Process.Start(start)!);
    }

    /// <summary>Runs to the end, which must be a good one; gives what it wrote to standard output.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var exitCode = await process.WhenExitedAsync();
        Assert.True(exitCode == 0, $"actorfp {string.Join(' ', arguments)}: exit code {exitCode}\n{process.Errors}");
        return process.Output;
    }

    /// <summary>Where a node says that it listens.</summary>
    public Task<Uri> AddressAsync() => _address.Task.WaitAsync(Patience);

    /// <summary>SIGKILL. False when it had ended before.</summary>
    public async Task<bool> KillAsync()
    {
        var isRunning = !_process.HasExited;
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return isRunning && _process.ExitCode == 137;
    }

    /// <summary>SIGTERM; gives the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await WhenExitedAsync();
    }

    public async Task<int> WhenExitedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Waits for it to end, at most so long; true when it did.</summary>
    public async Task<bool> ExitsWithinAsync(TimeSpan time)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static string Find()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var built = System.IO.Path.Combine(Repository.Root, "artifacts", "bin", "ActorFingerprint.Node", configuration, "actorfp");
        return File.Exists(built) ? built : System.IO.Path.Combine(AppContext.BaseDirectory, "actorfp");
    }

    private void Note(StringBuilder to, string? line)
    {
        if (line is null) return;
        const string Listening = "listening on ";
        if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..line.IndexOf(';', at)]));
        lock (to) to.AppendLine(line);
    }
}
