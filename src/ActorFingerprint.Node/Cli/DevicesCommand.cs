using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp devices …</c>: list, show and export read the store; label and forget change it.</summary>
internal static class DevicesCommand
{
    public static Command Create(CliContext context) => new("devices", "Lists, shows, names, exports and erases devices.")
    {
        List(context), Show(context), Explain(context), Export(context), DeviceChangeCommands.Label(context), DeviceChangeCommands.Forget(context),
    };

    private static DocumentedCommand List(CliContext context)
    {
        var text = Declare.Value<string>("--query", "text", "Part of key, label, vendor, model, host name or address.", "-q");
        var status = Declare.Value<string>("--status", "status", "ok or insufficient.");
        var type = Declare.Value<string>("--type", "type", "What it is taken for: camera, phone, printer … (docs/identification.md).");
        var after = Declare.Value<string>("--seen-after", "time", "Only devices seen at or after this time (UTC).");
        var sort = Declare.Value<string>("--sort", "column",
            "key, vendor, label, type, first_seen, last_seen or packets_total; -… for descending.");
        var limit = Declare.Value<int?>("--limit", "n", "Rows at most, 1..1000. Default: 100.");
        var offset = Declare.Value<int?>("--offset", "n", "Rows to skip.");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("list", "Lists devices. Opens the store read-only; a node may be running.", """
            Examples:
              actorfp devices list
              actorfp devices list --type printer --sort -last_seen
              actorfp devices list --seen-after 2026-01-31T12:00:00Z --json
            """) { text, status, type, after, sort, limit, offset, folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            if (!DeviceQueries.TryMake(parsed.GetValue(text), parsed.GetValue(status), parsed.GetValue(type), parsed.GetValue(after), parsed.GetValue(sort),
                parsed.GetValue(limit), parsed.GetValue(offset), out var query, out var problem)) throw new UsageException(problem.OfOption);
            var (rows, total) = await store.Devices.ListAsync(query, stop);
            if (parsed.GetValue(context.Json))
            {
                var page = new DevicePage([.. rows.Select(DeviceResource.Of)], total, query.Offset, query.Limit);
                context.Console.Out.WriteLine(JsonSerializer.Serialize(page, ApiJson.Default.DevicePage));
                return ExitCodes.Ok;
            }
            DeviceTable.Write(rows, context.Console.Out, context.Console.IsOutTerminal);
            if (total > rows.Count)
                context.Console.Out.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{rows.Count:N0} of {total:N0}; --limit and --offset show others"));
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Show(CliContext context)
    {
        var key = DeviceArgument.Create();
        var history = Declare.ValueOr("--history", "n", 20, "Events of the journal to show.");
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("show", "Shows one device, its fingerprints and history. Opens the store read-only.", """
            Examples:
              actorfp devices show aa-bb-cc-00-11-22
              actorfp devices show ip:default/0/10.0.0.7 --json
            """) { key, history, folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            var device = DeviceArgument.Parse(parsed.GetValue(key)!);
            var row = await store.Devices.GetAsync(device.ToString(), stop) ?? throw DeviceArgument.Unknown(device);
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(DeviceDetail.Of(row, await store.Devices.FactsAsync(row.Key, stop)), ApiJson.Default.DeviceDetail));
                return ExitCodes.Ok;
            }
            await DeviceReport.WriteAsync(row, store.Devices, parsed.GetValue(history), context.Console, stop);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Explain(CliContext context)
    {
        var key = DeviceArgument.Create();
        var folder = StoreOption.Create();
        var command = new DocumentedCommand("explain", "Says what a device is and why, by today's signatures. Opens the store read-only.", """
            Examples:
              actorfp devices explain aa-bb-cc-00-11-22
              actorfp devices explain aa-bb-cc-00-11-22 --json | jq .evidence[0]
            """) { key, folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            var device = DeviceArgument.Parse(parsed.GetValue(key)!);
            var signatures = SignatureBases.Load(StoreOption.Options(context, parsed, folder));
            if (signatures.Classifier is null)
                throw new CommandFailedException(ExitCodes.Failure, signatures.Problem ?? "no signature database is loaded");
            var row = await store.Devices.GetAsync(device.ToString(), stop) ?? throw DeviceArgument.Unknown(device);
            var state = await store.Devices.StateAsync(row.Key, stop) ?? throw DeviceArgument.Unknown(device);
            var identity = IdentityResource.Of(row, state, signatures);
            if (parsed.GetValue(context.Json))
                context.Console.Out.WriteLine(JsonSerializer.Serialize(identity, ApiJson.Default.IdentityResource));
            else IdentityReport.Write(identity, context.Console);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Export(CliContext context)
    {
        var format = Declare.ValueOr("--format", "format", "json", "json, jsonl or csv.");
        var folder = StoreOption.Create();
        format.AcceptOnlyFromAmong("json", "jsonl", "csv");
        var command = new DocumentedCommand("export", "Writes all devices to standard output. Opens the store read-only.", """
            Example:
              actorfp devices export --format csv > devices.csv
            """) { format, folder };
        command.SetAction((parsed, stop) => StoreOption.ReadAsync(context, parsed, folder, async store =>
        {
            await context.Console.Out.FlushAsync(stop);
            await DeviceExport.WriteAsync(store.Devices, Enum.Parse<ExportFormat>(parsed.GetValue(format)!, ignoreCase: true),
                context.Console.OutStream, stop);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }
}

/// <summary>The argument that names a device.</summary>
internal static class DeviceArgument
{
    public static Argument<string> Create() =>
        new("device") { Description = "MAC address in any spelling, or a key (mac:, ip:, duid:, cid:)." };

    public static DeviceKey Parse(string text) => DeviceKey.TryParse(text, out var device)
        ? device
        : throw new UsageException($"'{text}' is no device: write a MAC address, or a key that starts with mac:, ip:, duid: or cid:");

    public static CommandFailedException Unknown(DeviceKey device) =>
        new(ExitCodes.Failure, $"{device}: no such device; 'actorfp devices list' shows them");
}
