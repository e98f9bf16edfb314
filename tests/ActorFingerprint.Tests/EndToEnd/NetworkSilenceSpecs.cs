using System.Diagnostics;
using System.Diagnostics.Tracing;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>With everything as it comes, nothing leaves the machine: not a packet, not a name to resolve.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class NetworkSilenceSpecs : IDisposable
{
    private static readonly string Home = Path.Combine(Repository.Root, "samples", "home.pcapng");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorfp-silence-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_run_and_a_scan_connect_and_send_to_no_address_says_the_kernel()
    {
        Assert.SkipUnless(await TraceAsync(["true"]) is not null, "strace is not there or may not trace");
        string[][] commands =
        [
            [Actorfp.ExecutablePath, "scan", Home, "--format", "json"],
            [Actorfp.ExecutablePath, "run", Home, "--once", "--folder", Path.Combine(_folder.FullName, "store"), "--port", "0"],
        ];
        foreach (var command in commands)
        {
            var calls = await TraceAsync(command);
            Assert.NotNull(calls);
            Assert.Contains(calls, call => call.Contains("socket(", StringComparison.Ordinal) || command[1] == "scan");
            Assert.DoesNotContain(calls, call => call.Contains("sa_family=AF_INET", StringComparison.Ordinal)
                && (call.Contains("connect(", StringComparison.Ordinal) || call.Contains("send", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_run_and_a_scan_connect_to_nothing_resolve_nothing_and_request_nothing_says_the_runtime()
    {
        using var listener = new OutgoingEvents();
        Assert.Equal(0, await CliAsync("scan", Home, "--format", "json"));
        Assert.Equal(0, await CliAsync("run", Home, "--once", "--folder", Path.Combine(_folder.FullName, "store"), "--port", "0"));
        Assert.Empty(listener.Seen);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://127.0.0.1:1/"), Stop));
        Assert.NotEmpty(listener.Seen); // it would have been seen
    }

    private static async Task<int> CliAsync(params string[] arguments)
    {
        var console = new CliConsole
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            In = TextReader.Null,
            OutStream = Stream.Null,
            InStream = Stream.Null,
            IsInTerminal = false,
        };
        var environment = new System.Collections.Hashtable();
        return await CommandLine.RunAsync(
            new CliContext(console, new NodeComposition(TimeProvider.System), environment, TimeProvider.System), arguments, Stop);
    }

    /// <summary>The network calls of a command and its threads, or null when they cannot be traced.</summary>
    private async Task<string[]?> TraceAsync(string[] command)
    {
        var output = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        var start = new ProcessStartInfo("strace", ["-f", "-qq", "-e", "trace=%network", "-o", output, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        try
        {
            using var process = Process.Start(start)!;
            var (standard, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
            await process.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromMinutes(2), Stop);
            _ = await standard;
            var problem = await errors;
            return process.ExitCode == 0 ? await File.ReadAllLinesAsync(output, Stop)
                : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {problem}");
        }
        catch (Exception error) when (command is ["true"] && error is not OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>What the runtime tells of connections, names and requests that begin.</summary>
    private sealed class OutgoingEvents : EventListener
    {
        private readonly List<string> _seen = [];

        public IReadOnlyList<string> Seen
        {
            get { lock (_seen) return [.. _seen]; }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name is "System.Net.Sockets" or "System.Net.NameResolution" or "System.Net.Http")
                EnableEvents(eventSource, EventLevel.LogAlways);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName is not ("ConnectStart" or "ResolutionStart" or "RequestStart")) return;
            lock (_seen) _seen.Add($"{eventData.EventSource.Name} {eventData.EventName} {string.Join(' ', eventData.Payload ?? [])}");
        }
    }
}
