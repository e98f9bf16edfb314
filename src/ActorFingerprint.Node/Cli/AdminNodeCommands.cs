using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>admin ready, capture, drain, undrain, passivate, snapshot, log-level, shutdown</c>.</summary>
internal static class AdminNodeCommands
{
    public static Command Ready(CliContext context)
    {
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("ready", "Says whether the node takes work, and why not. Exits 1 when it does not.", """
            Example:
              actorfp admin ready

            Talks to the node (http.bind, http.port); needs no token.
            """) { folder };
        command.SetAction(async (parsed, stop) =>
        {
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder), Role.Reader);
            var reason = await node.NotReadyReasonAsync(stop);
            context.Console.Out.WriteLine(parsed.GetValue(context.Json)
                ? System.Text.Json.JsonSerializer.Serialize(new ReadyResource(reason is null, reason), CliJson.Default.ReadyResource)
                : reason is null ? "ready" : TerminalText.Escape($"not ready: {reason}"));
            return reason is null ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return command;
    }

    public static Command Capture(CliContext context)
    {
        var list = new DocumentedCommand("list", "Lists the sources and what they read and lost.", $"""
            Example:
              actorfp admin capture list

            {AdminCommand.NeedsReader}
            """).Asking(
            context, Role.Reader, static () => ApiJson.Default.IReadOnlyListCaptureResource,
            (node, _, stop) => node.GetAsync("admin/capture", ApiJson.Default.IReadOnlyListCaptureResource, stop), Write);
        return new Command("capture", "Lists, starts and stops sources.")
        {
            list, OnSource(context, "start", "Starts a source; done once frames can arrive."),
            OnSource(context, "stop", "Stops a source; done once what it read is committed."),
        };
    }

    public static Command Drain(CliContext context) => Draining(
        context, "drain", "Stops all sources and flushes what they read; the node answers on, and is not ready. Done once it is drained.");

    public static Command Undrain(CliContext context) => Draining(context, "undrain", "Starts the sources that a drain stopped.");

    public static Command Passivate(CliContext context)
    {
        var idle = Declare.Value<string>("--idle", "time", "Devices without a message for this long, such as 15m. Default: sharding.passivate-idle.");
        var all = Declare.Flag("--all", "Every device.");
        var device = Declare.Value<string>("--device", "device", "One device.");
        return new DocumentedCommand("passivate", "Puts devices away, each with a snapshot; the next message brings them back.", $"""
            Examples:
              actorfp admin passivate
              actorfp admin passivate --idle 1m
              actorfp admin passivate --device aa:bb:cc:00:11:22

            {AdminCommand.NeedsAdmin}
            """) { idle, all, device }.Asking(
            context, Role.Admin, static () => ManagementJson.Default.PassivatedResource,
            (node, parsed, stop) =>
            {
                if (parsed.GetValue(idle) is { } time && !Units.TryParseDuration(time, out _))
                    throw new UsageException($"--idle {time}: write {Units.DurationForm}");
                var asked = new PassivateRequest
                {
                    Idle = parsed.GetValue(idle),
                    All = parsed.GetValue(all),
                    Device = parsed.GetValue(device) is { } key ? DeviceArgument.Parse(key).ToString() : null,
                };
                if ((asked.Idle is null ? 0 : 1) + (asked.All ? 1 : 0) + (asked.Device is null ? 0 : 1) > 1)
                    throw new UsageException("admin passivate: write one of --idle, --all and --device");
                return node.PostAsync(
                    "admin/passivate", asked, ManagementJson.Default.PassivateRequest, ManagementJson.Default.PassivatedResource, stop);
            },
            static (console, answer) => console.Out.WriteLine($"{Number(answer.Passivated)} devices put away"));
    }

    public static Command Snapshot(CliContext context) =>
        new DocumentedCommand("snapshot", "Snapshots devices and shards that changed, so that the next start is short.", $"""
            Example:
              actorfp admin snapshot

            {AdminCommand.NeedsAdmin}
            """).Asking(
            context, Role.Admin, static () => ManagementJson.Default.SnapshotsResource,
            (node, _, stop) => node.PostAsync("admin/snapshot", ManagementJson.Default.SnapshotsResource, stop),
            static (console, answer) => console.Out.WriteLine($"{Number(answer.Snapshots)} snapshots written"));

    public static Command LogLevel(CliContext context)
    {
        var level = new Argument<string>("level") { Description = "trace, debug, information, warning, error, critical, none; or configured, to go back." };
        var category = Declare.Value<string>(
            "--category", "name", "As in the log, such as CaptureController, or with what is before it, such as ActorFingerprint.Node. Default: all.");
        var time = Declare.Value<string>("--for", "time", "Goes back after this time, such as 10m. Default: when the node stops.");
        level.AcceptOnlyFromAmong("trace", "debug", "information", "warning", "error", "critical", "none", "configured");
        var set = new DocumentedCommand("set", "Sets the level of a category while the node runs.", $"""
            Examples:
              actorfp admin log-level set debug --for 10m
              actorfp admin log-level set debug --category CaptureController
              actorfp admin log-level set configured

            {AdminCommand.NeedsAdmin}
            """) { level, category, time }.Asking(
            context, Role.Admin, static () => ManagementJson.Default.LogLevelsResource,
            (node, parsed, stop) =>
            {
                if (parsed.GetValue(time) is { } text && !Units.TryParseDuration(text, out _))
                    throw new UsageException($"--for {text}: write {Units.DurationForm}");
                var asked = new LogLevelRequest
                {
                    Category = parsed.GetValue(category),
                    Level = parsed.GetValue(level) is "configured" ? null : parsed.GetValue(level),
                    For = parsed.GetValue(time),
                };
                return node.PostAsync(
                    "admin/log-level", asked, ManagementJson.Default.LogLevelRequest, ManagementJson.Default.LogLevelsResource, stop);
            }, Write);
        var get = new DocumentedCommand("get", "Shows the levels in force by category.", $"""
            Example:
              actorfp admin log-level get

            {AdminCommand.NeedsReader}
            """).Asking(
            context, Role.Reader, static () => ManagementJson.Default.LogLevelsResource,
            (node, _, stop) => node.GetAsync("admin/log-level", ManagementJson.Default.LogLevelsResource, stop), Write);
        return new Command("log-level", "Shows and sets levels of the log while the node runs.") { get, set };
    }

    public static Command Shutdown(CliContext context) =>
        new DocumentedCommand("shutdown", "Stops the node in order.", $"""
            Example:
              actorfp admin shutdown

            {AdminCommand.NeedsAdmin}
            """).Asking(
            context, Role.Admin, static () => ApiJson.Default.StatusResource,
            (node, _, stop) => node.PostAsync("admin/shutdown", ApiJson.Default.StatusResource, stop),
            static (console, answer) => console.Out.WriteLine(TerminalText.Escape(answer.Status)));

    private static DocumentedCommand OnSource(CliContext context, string call, string description)
    {
        var source = new Argument<string>("source") { Description = "Name of the source as 'admin capture list' shows it." };
        return new DocumentedCommand(call, description, $"""
            Example:
              actorfp admin capture {call} live:eth0

            {AdminCommand.NeedsAdmin}
            """) { source }.Asking(
            context, Role.Admin, static () => ApiJson.Default.CaptureResource,
            (node, parsed, stop) => node.PostAsync(
                $"admin/capture/{Uri.EscapeDataString(parsed.GetValue(source)!)}/{call}", ApiJson.Default.CaptureResource, stop),
            static (console, answer) => Write(console, [answer]));
    }

    private static DocumentedCommand Draining(CliContext context, string call, string description) =>
        new DocumentedCommand(call, description, $"""
            Example:
              actorfp admin {call}

            {AdminCommand.NeedsAdmin}
            """).Asking(
            context, Role.Admin, static () => ManagementJson.Default.DrainResource,
            (node, _, stop) => node.PostAsync("admin/" + call, ManagementJson.Default.DrainResource, stop),
            static (console, answer) =>
            {
                console.Out.WriteLine(TerminalText.Escape(answer.State));
                if (answer.Sources.Count > 0) Write(console, answer.Sources);
            });

    private static void Write(CliConsole console, IReadOnlyList<CaptureResource> sources)
    {
        var table = new TextTable("source", "state", "frames", "dropped", "problem");
        foreach (var source in sources)
            table.Add(
                source.Source, source.State, Number(source.Frames),
                Number(source.DroppedByKernel + source.DroppedByInterface + source.DroppedByEngine), source.Problem);
        table.Write(console.Out, console.IsOutTerminal);
    }

    private static void Write(CliConsole console, LogLevelsResource answer)
    {
        var table = new TextTable("category", "level", "until");
        foreach (var rule in answer.Rules)
            table.Add(rule.Category, rule.Level, rule.Configured ? "configured" : rule.Until is { } until ? $"{until:u}" : "the node stops");
        table.Write(console.Out, console.IsOutTerminal);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>Answer of <c>admin ready --json</c>.</summary>
internal sealed record ReadyResource(bool Ready, string? Reason);
