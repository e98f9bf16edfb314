using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>
/// A program that a test starts, holds still and kills, by process id. It does not outlive the tests, not even when these are killed: a shell
/// that waits for the end of a pipe kills it then.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int SIGKILL = 9, SIGTERM = 15, SIGCONT = 18, SIGSTOP = 19;
    private const int FirstPort = 10_240, LastPort = 32_767;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _lastPort = Random.Shared.Next(FirstPort, LastPort);

    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly Process _reaper;
    private bool _isDisposed;

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var reaper = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        foreach (var argument in (string[])["-c", "read -r line; kill -9 \"$0\" 2>/dev/null", Id.ToString(CultureInfo.InvariantCulture)])
            reaper.ArgumentList.Add(argument);
        _reaper = Process.Start(reaper)!;
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>It has ended.</summary>
    public bool HasExited => _isDisposed || _process.HasExited;

    /// <summary>What it printed.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Each line as it is printed, from another thread.</summary>
    public event Action<string>? Printed;

    /// <summary>Starts a program with these variables over those of the tests; those named <c>RABBITMQ_…</c> are not passed on.</summary>
    public static ServerProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? printed = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("RABBITMQ_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = new ServerProcess(new Process { StartInfo = start });
        process.Printed += printed;
        return process;
    }

    /// <summary>Asks it to end, and waits.</summary>
    public Task StopAsync() => EndAsync(SIGTERM);

    /// <summary>Kills it, as a power failure would end it, and waits.</summary>
    public Task KillAsync() => EndAsync(SIGKILL);

    /// <summary>Holds it still: its connections stay open and nothing answers.</summary>
    public void Suspend() => _ = Kill(Id, SIGSTOP);

    /// <summary>Lets it go on.</summary>
    public void Resume() => _ = Kill(Id, SIGCONT);

    /// <summary>
    /// A port of 127.0.0.1 that nobody listens on, each given once: below those that the kernel gives to outgoing connections (32768 and up), one
    /// of which could have it by the time that the server is there to listen.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref _lastPort) % (LastPort - FirstPort + 1));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_reaper.HasExited) _ = Kill(_reaper.Id, SIGKILL);
        if (!_process.HasExited)
        {
            _ = Kill(Id, SIGKILL);
            _process.WaitForExit();
        }
        _reaper.Dispose();
        _process.Dispose();
    }

    private async Task EndAsync(int signal)
    {
        if (_process.HasExited) return;
        _ = Kill(Id, signal);
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        Printed?.Invoke(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
