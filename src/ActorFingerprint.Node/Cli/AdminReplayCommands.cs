using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>admin replay start, status, result, cancel</c>: replays of the journal by the running node.</summary>
internal static class AdminReplayCommands
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static Command Create(CliContext context) =>
        new("replay", "Replays the journal beside the running node, one replay at a time.")
        {
            Start(context), Status(context), Result(context), Cancel(context),
        };

    private static DocumentedCommand Start(CliContext context)
    {
        var dryRun = Declare.Flag("--dry-run", "Asks today's signatures about every device, and compares. Changes nothing.");
        var rebuild = Declare.Flag("--rebuild", "Builds the read side anew; meanwhile it shows what is applied so far.");
        var asOf = Declare.Value<string>("--as-of", "time", "Devices as they were at this time (UTC, frame time). Changes nothing.");
        var key = Declare.Value<string>("--key", "text", "The same key gives the same replay again, and begins no second one.");
        var wait = Declare.Flag("--wait", "Waits for the end. Exits 1 when it failed.");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("start", "Begins a replay.", $"""
            Examples:
              actorfp admin replay start --rebuild --wait
              actorfp admin replay start --dry-run
              actorfp admin replay start --as-of 2026-01-31T12:00:00Z

            {AdminCommand.NeedsAdmin}
            """) { dryRun, rebuild, asOf, key, wait, folder };
        command.SetAction(async (parsed, stop) =>
        {
            var time = parsed.GetValue(asOf);
            if ((parsed.GetValue(dryRun) ? 1 : 0) + (parsed.GetValue(rebuild) ? 1 : 0) + (time is null ? 0 : 1) != 1)
                throw new UsageException("admin replay start: write one of --dry-run, --rebuild and --as-of TIME");
            if (time is not null && !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
                throw new UsageException($"--as-of {time}: write a time such as 2026-01-31T12:00:00Z");
            using var node = NodeClient.Of(StoreOption.Options(context, parsed, folder));
            var body = new ReplayBody { Mode = time is not null ? "as-of" : parsed.GetValue(rebuild) ? "rebuild" : "dry-run", AsOf = time };
            var replay = await node.PostAsync(
                "admin/replay", body, ManagementJson.Default.ReplayBody, ManagementJson.Default.ReplayResource, parsed.GetValue(key), stop);
            if (parsed.GetValue(wait)) replay = await WaitAsync(context, node, replay, stop);
            if (parsed.GetValue(context.Json))
                context.Console.Out.WriteLine(JsonSerializer.Serialize(replay, ManagementJson.Default.ReplayResource));
            else Write(context.Console, [replay]);
            return replay.State is "failed" or "cancelled" ? ExitCodes.Failure : ExitCodes.Ok;
        });
        return command;
    }

    private static DocumentedCommand Status(CliContext context)
    {
        var id = new Argument<string?>("id") { Description = "Id of a replay. Default: the last ones.", Arity = ArgumentArity.ZeroOrOne };
        return new DocumentedCommand("status", "Shows how replays stand.", $"""
            Examples:
              actorfp admin replay status
              actorfp admin replay status 0196f0c27a6b7c4d8f2b5a3e9d1c0b4f --json

            {AdminCommand.NeedsReader}
            """) { id }.Asking(
            context, Role.Reader, static () => ManagementJson.Default.IReadOnlyListReplayResource,
            async (node, parsed, stop) => parsed.GetValue(id) is { } one
                ? [await node.GetAsync(PathOf(one), ManagementJson.Default.ReplayResource, stop)]
                : await node.GetAsync("admin/replay", ManagementJson.Default.IReadOnlyListReplayResource, stop), Write);
    }

    private static DocumentedCommand Result(CliContext context)
    {
        var id = new Argument<string>("id") { Description = "Id of a replay." };
        var limit = Declare.ValueOr("--limit", "n", 100, "Rows at most, 1..1000.");
        var offset = Declare.ValueOr("--offset", "n", 0, "Rows to skip.");
        return new DocumentedCommand("result", "Shows what a replay found.", $"""
            Example:
              actorfp admin replay result 0196f0c27a6b7c4d8f2b5a3e9d1c0b4f

            Of --as-of the devices as they were, of --dry-run those whose answer would be another. The node keeps the result of the newest replay only, and
            at most {ReplayJobs.MaxRows} rows of it.
            {AdminCommand.NeedsReader}
            """) { id, limit, offset }.Asking(
            context, Role.Reader, static () => ManagementJson.Default.ReplayResultResource,
            (node, parsed, stop) =>
            {
                var page = string.Create(CultureInfo.InvariantCulture, $"limit={parsed.GetValue(limit)}&offset={parsed.GetValue(offset)}");
                return node.GetAsync($"{PathOf(parsed.GetValue(id)!)}/result?{page}", ManagementJson.Default.ReplayResultResource, stop);
            }, Write);
    }

    private static DocumentedCommand Cancel(CliContext context)
    {
        var id = new Argument<string>("id") { Description = "Id of a replay." };
        return new DocumentedCommand("cancel", "Stops a replay; one that has ended stays as it is. A rebuild goes on to its end.", $"""
            Example:
              actorfp admin replay cancel 0196f0c27a6b7c4d8f2b5a3e9d1c0b4f

            {AdminCommand.NeedsAdmin}
            """) { id }.Asking(
            context, Role.Admin, static () => ManagementJson.Default.ReplayResource,
            (node, parsed, stop) => node.PostAsync(PathOf(parsed.GetValue(id)!) + "/cancel", ManagementJson.Default.ReplayResource, stop),
            static (console, answer) => Write(console, [answer]));
    }

    private static Task<ReplayResource> WaitAsync(CliContext context, NodeClient node, ReplayResource replay, CancellationToken stop) =>
        ProgressBar.CountAsync(context, "events replayed", async progress =>
        {
            while (replay.State == "running")
            {
                await Task.Delay(Poll, context.Time, stop);
                replay = await node.GetAsync(PathOf(replay.Id), ManagementJson.Default.ReplayResource, stop);
                progress.Report(replay.Events);
            }
            return replay;
        });

    private static string PathOf(string id) => "admin/replay/" + Uri.EscapeDataString(id);

    private static void Write(CliConsole console, IReadOnlyList<ReplayResource> replays)
    {
        var table = new TextTable("replay", "what", "state", "events", "of", "devices", "changed", "problem");
        foreach (var one in replays)
            table.Add(
                one.Id, one.AsOf is { } at ? $"{one.Mode} {at:u}" : one.Mode, one.State, Number(one.Events), Number(one.EventsTotal), Number(one.Devices),
                Number(one.Changed), one.Problem);
        table.Write(console.Out, console.IsOutTerminal);
    }

    private static void Write(CliConsole console, ReplayResultResource result)
    {
        var shown = result.Devices?.Count ?? result.Changes?.Count ?? 0;
        if (result.Devices is { } devices)
        {
            var table = new TextTable("device", "type", "vendor", "addresses", "host names", "first seen", "last seen", "status");
            foreach (var device in devices)
                table.Add(
                    device.Key, device.Identity?.Type, device.Identity?.Vendor ?? device.Vendor, string.Join(' ', device.Addresses),
                    string.Join(' ', device.HostNames), $"{device.FirstSeen:u}", $"{device.LastSeen:u}", device.Status);
            table.Write(console.Out, console.IsOutTerminal);
        }
        if (result.Changes is { Count: > 0 } changes)
        {
            var table = new TextTable("device", "journaled", "now");
            foreach (var change in changes) table.Add(change.Key, Text(change.Before), Text(change.Now));
            table.Write(console.Out, console.IsOutTerminal);
        }
        console.Out.WriteLine($"{Number(shown)} of {Number(result.Total)}; nothing was changed");
    }

    private static string Text(IdentityRow? identity) => identity is null
        ? "-"
        : string.Join(' ', new[] { DeviceTable.TypeOf(identity), identity.Vendor, identity.Model, identity.Os is { } os ? $"[{os}]" : null }
            .Where(part => !string.IsNullOrEmpty(part)));

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";
}
