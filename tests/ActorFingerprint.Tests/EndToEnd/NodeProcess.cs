using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>The real <c>actorfp</c> as a process of its own. What it prints is kept; it is killed with the test at the latest.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _awaited = [];

    private NodeProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The executable, as the build leaves it beside the tests.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "actorfp");

    /// <summary>Standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts it with these words before it, such as <c>ip netns exec NAME</c>, and these arguments.</summary>
    public static NodeProcess Start(IEnumerable<string> before, params string[] arguments)
    {
        string[] words = [.. before, Executable, .. arguments];
        return new NodeProcess(new ProcessStartInfo(words[0], words[1..]));
    }

    /// <summary>Runs a command to its end; its standard output and error, and its exit code.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start([], arguments);
        var exitCode = await process.ExitAsync();
        return (exitCode, process.Output);
    }

    /// <summary>Waits for a line; fails with everything printed when it does not come or the process ends before.</summary>
    public async Task<Match> LineAsync([StringSyntax("Regex")] string pattern)
    {
        var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            var regex = new Regex(pattern, RegexOptions.Multiline);
            if (regex.Match(_output.ToString()) is { Success: true } match) return match;
            _awaited.Add((regex, found));
        }
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(found.Task, ended, Task.Delay(Patience));
        if (first == found.Task || found.Task.IsCompleted) return await found.Task;
        throw new InvalidOperationException($"no line '{pattern}' {(first == ended ? "before the end" : "in time")}:\n{Output}");
    }

    /// <summary>Asks for an orderly stop and waits for the end; the exit code.</summary>
    public Task<int> StopAsync()
    {
        Signal(_process.Id, Terminate);
        return ExitAsync();
    }

    /// <summary>Waits for the end by itself; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal by number.</summary>
    public void Signal(int signal) => Signal(_process.Id, signal);

    public void Dispose()
    {
        if (!_process.HasExited) Signal(_process.Id, Kill);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void Signal(int process, int signal)
    {
        if (SendSignal(process, signal) != 0) throw new InvalidOperationException($"kill failed: {Marshal.GetLastPInvokeError()}");
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            _output.Append(line).Append('\n');
            for (var i = _awaited.Count - 1; i >= 0; i--)
            {
                if (_awaited[i].Pattern.Match(_output.ToString()) is not { Success: true } match) continue;
                _awaited[i].Found.TrySetResult(match);
                _awaited.RemoveAt(i);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
