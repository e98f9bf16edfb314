using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp run</c>: the node.</summary>
internal static class RunCommand
{
    private const string Epilog = """
        Examples:
          actorfp run samples/home.pcapng                           reads a capture into ./actorfp-data and serves it
          actorfp run --interface eth0 --protocols dhcp,tls         watches an interface (needs CAP_NET_RAW)
          actorfp run home.pcapng --once                            ends when every file has been read
          actorfp run --set http.port=9000 --config /etc/actorfp.conf

        A file named here is consent to read it; interfaces capture only protocols that are switched on (--protocols, capture.*).
        A file whose reading was cut off goes on there; one that was read to its end is read again, and its packets count again.
        Ctrl-C or SIGTERM stops in order and exits 0; a second one aborts at once.
        """;

    public static Command Create(CliContext context)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Captures to read at start, besides capture.files; with capture.follow, folders that captures are rotated into.",
            DefaultValueFactory = _ => []
        };
        Declare.RefuseUnknownOptions(files);
        var interfaces = Declare.ValueOr<string[]>(
            "--interface", "name", [], "Interface to watch (capture.interfaces). May be repeated.", "-i");
        var protocols = Declare.Value<string>("--protocols", "list", $"Protocols that interfaces may capture (capture.dhcp and so on): of {Protocols.Known}.");
        var folder = Declare.Value<string>("--folder", "folder", "Store folder (node.folder).");
        var port = Declare.Value<int?>("--port", "n", "HTTP port (http.port).");
        var once = Declare.Flag("--once", "Ends when every file has been read.");
        var command = new DocumentedCommand("run", "Runs the node: captures, device histories and the HTTP interface.", Epilog)
        {
            files, interfaces, protocols, folder, port, once,
        };
        command.SetAction((parsed, stop) =>
        {
            var list = parsed.GetValue(protocols);
            var named = parsed.GetValue(interfaces) ?? [];
            var options = context.Load(parsed, [
                .. list is null ? [] : Protocols.SettingsOf(list),
                named.Length == 0 ? null : new CommandLineSetting("--interface", "capture.interfaces", string.Join(',', named)),
                parsed.GetValue(folder) is { } path ? new CommandLineSetting("--folder", "node.folder", path) : null,
                parsed.GetValue(port) is { } number
                    ? new CommandLineSetting("--port", "http.port", number.ToString(CultureInfo.InvariantCulture)) : null]).Options;
            return RunAsync(context, options, TargetsOf(options, parsed.GetValue(files) ?? []), parsed.GetValue(once), stop);
        });
        return command;
    }

    /// <summary>Sources in the order in which they start: files of the configuration, files named here (consent), interfaces.</summary>
    private static List<CaptureTarget> TargetsOf(ActorFingerprintOptions options, string[] named) =>
    [
        .. named.Select(path => CaptureTarget.File(path, consent: true)),
        .. options.Capture.Files.Except(named).Select(path => CaptureTarget.File(path, consent: false)),
        .. options.Capture.Interfaces.Select(CaptureTarget.Live),
    ];

    private static async Task<int> RunAsync(
        CliContext context, ActorFingerprintOptions options, List<CaptureTarget> targets, bool once, CancellationToken stop)
    {
        using var levels = new LogLevels(options.Log.Level, context.Time);
        using var logging = LoggerFactory.Create(logs => logs.SetMinimumLevel(LogLevel.Trace) // what is written is up to the levels
            .AddProvider(new LineLoggerProvider(context.Console.Error, levels, context.Time)));
        var host = await NodeHost.StartAsync(context.Composition, options, targets, logging, levels, context.Time, stop);
        var reason = "stopped by a signal";
        try
        {
            var isReading = targets.Any(t => !t.IsLive) && !options.Capture.Follow;
            var read = isReading ? ReadFilesAsync(context, host, targets, stop) : Task.CompletedTask;
            if (!isReading) Greet(context, host);
            if (once)
            {
                await read;
                reason = "every file has been read";
            }
            else
            {
                var ended = await Task.WhenAny(host.ShutdownRequested, Task.Delay(Timeout.Infinite, stop));
                if (ended == host.ShutdownRequested) reason = await host.ShutdownRequested;
                if (read.IsFaulted) await read;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The orderly stop is below.
        }
        var failed = host.Captures.List().Any(c => c.Problem is not null);
        var inOrder = await host.StopAsync(reason);
        return !inOrder ? ExitCodes.Failure : once && failed ? ExitCodes.Capture : ExitCodes.Ok;
    }

    /// <summary>Waits for the files, then shows what was found and where to look next.</summary>
    private static async Task ReadFilesAsync(CliContext context, NodeHost host, List<CaptureTarget> targets, CancellationToken stop)
    {
        await host.Captures.WhenEndedAsync(targets.Where(t => !t.IsLive).Select(t => t.Name), stop);
        var (devices, total) = await host.Engine.Devices.ListAsync(new DeviceQuery { Limit = 100 }, stop);
        DeviceTable.Write(devices, context.Console.Out, context.Console.IsOutTerminal);
        if (total > devices.Count)
            context.Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {total - devices.Count:N0} more"));
        Greet(context, host, devices.FirstOrDefault(d => d is { Mac: not null, DhcpList: not null, DistinctJa4: > 0 }) ?? (devices.Count > 0 ? devices[0] : null));
    }

    private static void Greet(CliContext context, NodeHost host, DeviceRow? example = null)
    {
        if (host.Address is { } address)
        {
            var path = example is null ? "api/devices" : $"api/devices/{example.Mac ?? Uri.EscapeDataString(example.Key)}/fingerprints";
            context.Console.Out.WriteLine($"\nThe API is at {address}. Try:\n  curl {address}{path}\nCtrl-C stops the node.");
        }
        context.Console.Out.Flush();
    }
}
