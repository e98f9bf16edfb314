using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp scan</c>: from captures to devices or observations, in this process.</summary>
internal static class ScanCommand
{
    private const string Epilog = """
        Examples:
          actorfp scan home.pcapng                                  table of devices
          actorfp scan a.pcap b.pcap.gz --format csv > devices.csv
          tcpdump -w - -i eth0 | actorfp scan - --observations      one JSON object a line
          actorfp scan home.pcapng --format eve | jq .tls.ja4       observations as Suricata writes events
          actorfp scan home.pcapng --write matched.pcapng           keeps the packets behind the observations
          actorfp scan home.pcapng --store ./store                  keeps what it finds; scan again or run a node on it later
          actorfp scan /var/captures --follow --observations        goes on as files are rotated into the folder

        Naming a file is consent to read it: the switches capture.* are not asked. Nothing is kept without --store.
        Progress, warnings and counters go to standard error. Ctrl-C stops in order and exits 130; what was committed stays.
        """;

    public static Command Create(CliContext context)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Captures (pcap, pcapng, .gz) in reading order; - is standard input.",
            Arity = ArgumentArity.OneOrMore
        };
        Declare.RefuseUnknownOptions(files);
        var observations = Declare.Flag("--observations", "Prints every observation instead of devices (docs/formats.md).");
        var format = Declare.Value<string>(
            "--format", "format", "table, json, jsonl, csv, or eve (observations as Suricata's EVE). Default: table; jsonl with --observations.");
        var store = Declare.Value<string>("--store", "folder", "Store folder to keep events in; made when it is not there.");
        var lanes = Declare.Value<int?>("--lanes", "n", "Parsing lanes (streams.lanes). The result is the same for any number.");
        var follow = Declare.Flag("--follow", "The one name is a folder that captures are rotated into: goes on as files in it grow or appear.");
        var protocols = Declare.Value<string>("--protocols", "list", $"Protocols to read, comma-separated. Default: all of {Protocols.Known}.");
        var watchlists = Declare.ValueOr<string[]>(
            "--watchlist", "file", [], "Values to look for, besides watchlists.files (docs/watchlists.md). May be repeated.");
        var site = Declare.Value<string>("--site", "name", "Site in the keys of devices known by address only (node.site).");
        var write = Declare.Value<string>(
            "--write", "file", "Writes the packets behind the observations as pcapng, each with a comment that names its fingerprint.");
        format.AcceptOnlyFromAmong("table", "json", "jsonl", "csv", "eve");
        var command = new DocumentedCommand("scan", "Reads captures and prints the devices or observations in them.", Epilog)
        {
            files, observations, format, store, lanes, follow, protocols, watchlists, site, write,
        };
        command.SetAction((parsed, stop) =>
        {
            var kept = parsed.GetValue(store);
            var options = context.Load(parsed, [
                .. Protocols.SettingsOf(parsed.GetValue(protocols)),
                kept is null ? null : new CommandLineSetting("--store", "node.folder", kept),
                parsed.GetValue(site) is { } name ? new CommandLineSetting("--site", "node.site", name) : null,
                parsed.GetValue(lanes) is { } count
                    ? new CommandLineSetting("--lanes", "streams.lanes", count.ToString(CultureInfo.InvariantCulture)) : null]).Options;
            var lists = options.Watchlists with { Files = [.. options.Watchlists.Files, .. parsed.GetValue(watchlists) ?? []] };
            options = options with { Watchlists = lists };
            var request = new ScanRequest(parsed.GetValue(files)!, options, kept is not null, parsed.GetValue(follow), null)
            {
                WriteTo = parsed.GetValue(write),
                Told = line => context.Console.Error.WriteLine($"actorfp: {TerminalText.Escape(line)}"),
            };
            if (request.WriteTo is not null && (request.Follow || request.Files.Contains("-")))
                throw new UsageException("--write reads the captures twice: name files, not - or a folder with --follow");
            var chosen = parsed.GetValue(format) ?? (parsed.GetValue(context.Json) ? "json" : null);
            return parsed.GetValue(observations) || chosen == "eve"
                ? ObserveAsync(context, request, chosen ?? "jsonl", stop)
                : DevicesAsync(context, request, chosen ?? "table", stop);
        });
        return command;
    }

    private static async Task<int> ObserveAsync(CliContext context, ScanRequest request, string format, CancellationToken stop)
    {
        if (!Enum.TryParse<ObservationFormat>(format, ignoreCase: true, out var form))
            throw new UsageException($"--format {format}: observations come as jsonl, json or eve");
        await context.Console.Out.FlushAsync(stop);
        using var lines = new ObservationWriter(context.Console.OutStream, form);
        ScanResult result;
        try
        {
            // Whoever reads an array waits for its end anyhow.
            var observing = request with { Observed = lines.Write, Paused = form == ObservationFormat.Json ? null : lines.Flush };
            result = await ProgressBar.ScanAsync(context, progress => context.Composition.ScanAsync(observing, progress, stop));
        }
        finally
        {
            lines.Complete(); // what was read before Ctrl-C or a fault is whole lines too
        }
        Report(context, request, result, "");
        return ExitCodes.Ok;
    }

    private static async Task<int> DevicesAsync(CliContext context, ScanRequest request, string format, CancellationToken stop)
    {
        var result = await ProgressBar.ScanAsync(context, progress => context.Composition.ScanAsync(request, progress, stop));
        if (format == "table") DeviceTable.Write(result.Devices, context.Console.Out, context.Console.IsOutTerminal);
        else
        {
            await context.Console.Out.FlushAsync(stop);
            await DeviceExport.WriteAsync(result.Devices.ToAsyncEnumerable(), Enum.Parse<ExportFormat>(format, ignoreCase: true),
                context.Console.OutStream, stop);
        }
        Report(context, request, result, string.Create(CultureInfo.InvariantCulture, $", {result.Devices.Count:N0} devices"));
        return ExitCodes.Ok;
    }

    private static void Report(CliContext context, ScanRequest request, ScanResult result, string devices)
    {
        foreach (var warning in result.Warnings) context.Console.Error.WriteLine($"actorfp: {TerminalText.Escape(warning)}");
        foreach (var (reason, count) in result.Counters.Where(c => c.Value > 0).OrderBy(c => c.Key, StringComparer.Ordinal))
            context.Console.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"actorfp: {count:N0} × {TerminalText.Escape(reason)}"));
        var written = request.WriteTo is { } path
            ? string.Create(CultureInfo.InvariantCulture, $", {result.Written:N0} packets in {TerminalText.Escape(path)}")
            : "";
        context.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"actorfp: {result.Frames:N0} frames, {result.Observations:N0} observations{devices}{written}"));
    }
}
