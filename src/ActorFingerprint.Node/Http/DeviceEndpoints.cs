using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Http;

/// <summary><c>/api/devices</c>: the read side, names and erasure.</summary>
internal static class DeviceEndpoints
{
    private const int MaxTls = 1000;
    private const int MaxHistory = 10_000;
    private const int DefaultHistory = 1000;

    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/api/devices").WithTags("devices");
        devices.MapGet("", ListAsync).WithMetadata(AccessRule.Read).WithSummary("Devices, filtered, sorted, one page")
            .Produces<DevicePage>();
        devices.MapGet("export", ExportAsync).WithMetadata(AccessRule.Read)
            .WithSummary("All devices as one JSON array or CSV").Produces<IReadOnlyList<DeviceResource>>();
        devices.MapGet("{key}", GetAsync).WithMetadata(AccessRule.Read).WithSummary("One device").Produces<DeviceDetail>()
            .ProducesProblem(404);
        devices.MapGet("{key}/fingerprints", FingerprintsAsync).WithMetadata(AccessRule.Read).WithSummary("Its fingerprints")
            .Produces<FingerprintsResource>().ProducesProblem(404);
        devices.MapGet("{key}/identity", IdentityAsync).WithMetadata(AccessRule.Read).WithSummary("What it is, and why")
            .Produces<IdentityResource>().ProducesProblem(404).ProducesProblem(503);
        devices.MapGet("{key}/history", HistoryAsync).WithMetadata(AccessRule.Read).WithSummary("Its journal").Produces<HistoryResource>()
            .ProducesProblem(404);
        devices.MapPut("{key}/label", LabelAsync).WithMetadata(AccessRule.Change).WithSummary("Names it").Produces<DeviceDetail>()
            .ProducesProblem(404);
        devices.MapDelete("{key}", ForgetAsync).WithMetadata(AccessRule.Change).WithSummary("Erases it").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        HttpServices services, string? q, string? status, string? type, string? seenAfter, string? sort, int? limit, int? offset, CancellationToken stop)
    {
        if (!DeviceQueries.TryMake(q, status, type, seenAfter, sort, limit, offset, out var query, out var problem))
            return Problems.Invalid(problem.ToString());
        var (rows, total) = await services.Engine.Devices.ListAsync(query, stop);
        return Results.Json(new DevicePage([.. rows.Select(DeviceResource.Of)], total, query.Offset, query.Limit),
            ApiJson.Default.DevicePage);
    }

    private static IResult ExportAsync(HttpServices services, string? format)
    {
        if (!DeviceExport.TryParse(format ?? "json", out var exportFormat)) return Problems.Invalid("format is json, jsonl or csv");
        return Results.Stream(
            body => DeviceExport.WriteAsync(services.Engine.Devices, exportFormat, body, CancellationToken.None),
            DeviceExport.ContentTypeOf(exportFormat), $"devices.{exportFormat.ToString().ToLowerInvariant()}");
    }

    private static async Task<IResult> GetAsync(HttpServices services, string key, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        return await services.Engine.Devices.GetAsync(device.ToString(), stop) is { } row ? await DetailAsync(services, row, stop) : Unknown;
    }

    private static async Task<IResult> FingerprintsAsync(HttpServices services, string key, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        var devices = services.Engine.Devices;
        if (await devices.GetAsync(device.ToString(), stop) is not { } row) return Unknown;
        var dhcp = await devices.DhcpAsync(row.Key, stop) is [var newest, ..] ? DhcpResource.Of(newest, services.Engine.Signatures?.Lookup) : null;
        var tls = await devices.TlsAsync(row.Key, MaxTls, stop);
        var answer = services.Engine.Lookup is { } lookup ? FingerbankResource.Of(await lookup.AnswerAsync(device, devices, stop)) : null;
        return Results.Json(new FingerprintsResource(row.Mac, dhcp, [.. tls.Select(row => TlsResource.Of(row, services.Engine.Signatures?.Lookup))], answer),
            ApiJson.Default.FingerprintsResource);
    }

    private static async Task<IResult> IdentityAsync(HttpServices services, string key, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        if (services.Engine.Signatures is not { Classifier: not null } signatures) return Problems.NoDatabase(services.Engine.Signatures);
        if (await services.Engine.Devices.GetAsync(device.ToString(), stop) is not { } row) return Unknown;
        if (await services.Engine.Devices.StateAsync(row.Key, stop) is not { } state) return Unknown;
        var answer = services.Engine.Lookup is { } lookup ? await lookup.AnswerAsync(device, services.Engine.Devices, stop) : null;
        return Results.Json(IdentityResource.Of(row, state, signatures, answer), ApiJson.Default.IdentityResource);
    }

    private static async Task<IResult> HistoryAsync(HttpServices services, string key, int? limit, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        if (limit is < 1 or > MaxHistory) return Problems.Invalid(string.Create(CultureInfo.InvariantCulture, $"limit is 1..{MaxHistory}"));
        if (await services.Engine.Devices.GetAsync(device.ToString(), stop) is not { } row) return Unknown;
        var events = await services.Engine.Devices.HistoryAsync(row.Key, limit ?? DefaultHistory, stop);
        return Results.Json(new HistoryResource([.. events.Select(HistoryItem.Of)]), ApiJson.Default.HistoryResource);
    }

    private static async Task<IResult> LabelAsync(
        HttpServices services, HttpContext context, string key, LabelRequest body, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        if (!DeviceLabel.TryParse(body.Label, out var label, out var problem)) return Problems.Invalid(problem);
        if (await services.Engine.Devices.GetAsync(device.ToString(), stop) is not { } row) return Unknown;
        await services.Engine.AskAsync(device, new DeviceCommand.SetLabel(services.Time.GetUtcNow().UtcTicks, label), stop);
        Record(services, context, AuditEvents.Labelled, services.Engine.PersistenceIdOf(device));
        return await DetailAsync(services, row with { Label = label }, stop);
    }

    /// <summary>
    /// Does not ask the read side first: it may be a moment behind, and what it does not show yet must go too. Goes on when the caller has left, so that
    /// every erasure is in the audit log; one without an answer as failed, as another node may have carried it out.
    /// </summary>
    private static async Task<IResult> ForgetAsync(HttpServices services, HttpContext context, string key, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        var subject = services.Engine.PersistenceIdOf(device);
        try
        {
            if (!await services.Engine.ForgetAsync(device, stop)) return Unknown;
        }
        catch
        {
            Record(services, context, AuditEvents.Erased, subject, "failed");
            throw;
        }
        Record(services, context, AuditEvents.Erased, subject);
        return Results.NoContent();
    }

    private static void Record(HttpServices services, HttpContext context, string @event, string subject, string outcome = "ok") =>
        services.Audit.Append(new AuditEntry(@event, AccessGuard.ActorOf(context), outcome) { Subject = subject });

    /// <summary>A slash in a key (ip:site/vlan/address) arrives as %2F: the router leaves it as it is.</summary>
    private static bool TryParseKey(string key, out DeviceKey device) =>
        DeviceKey.TryParse(key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out device);

    private static IResult NotAKey =>
        Problems.NotFound("this is no device key: write a MAC address, or mac:, ip:, duid: or cid: and what follows it");

    private static IResult Unknown => Problems.NotFound("no device has this key");

    private static async Task<IResult> DetailAsync(HttpServices services, DeviceRow row, CancellationToken stop) =>
        Results.Json(DeviceDetail.Of(row, await services.Engine.Devices.FactsAsync(row.Key, stop)), ApiJson.Default.DeviceDetail);
}
