using System.Globalization;
using System.Text.Json;
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
        devices.MapGet("{key}/history", HistoryAsync).WithMetadata(AccessRule.Read).WithSummary("Its journal").Produces<HistoryResource>()
            .ProducesProblem(404);
        devices.MapPut("{key}/label", LabelAsync).WithMetadata(AccessRule.Change).WithSummary("Names it").Produces<DeviceDetail>()
            .ProducesProblem(404);
        devices.MapDelete("{key}", ForgetAsync).WithMetadata(AccessRule.Change).WithSummary("Erases it").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        HttpServices services, string? q, string? status, string? seenAfter, string? sort, int? limit, int? offset, CancellationToken stop)
    {
        if (!DeviceQueries.TryMake(q, status, seenAfter, sort, limit, offset, out var query, out var problem)) return Problems.Invalid(
            problem);
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

    private static Task<IResult> GetAsync(HttpServices services, string key, CancellationToken stop) =>
        WithDeviceAsync(services, key, (_, row) => Task.FromResult(Detail(row)), stop);

    private static Task<IResult> FingerprintsAsync(HttpServices services, string key, CancellationToken stop) =>
        WithDeviceAsync(services, key, async (_, row) =>
    {
        var dhcp = await services.Engine.Devices.DhcpAsync(row.Key, stop) is [var newest, ..] ? newest : null;
        var tls = await services.Engine.Devices.TlsAsync(row.Key, MaxTls, stop);
        return Results.Json(new FingerprintsResource(
            row.Mac,
            dhcp is null ? null : new DhcpResource(dhcp.Sorted, dhcp.Ordered, dhcp.Hash, Times.Utc(dhcp.LastSeenTicks), null, null, null),
            [.. tls.Select(t => new TlsResource(t.Ja3, t.Ja4, t.Sni, t.DestinationAddress, t.DestinationPort, Times.Utc(t.LastSeenTicks),
                null, null))],
            null), ApiJson.Default.FingerprintsResource);
    }, stop);

    private static Task<IResult> HistoryAsync(HttpServices services, string key, int? limit, CancellationToken stop) =>
        WithDeviceAsync(services, key, async (_, row) =>
    {
        if (limit is < 1 or > MaxHistory) return Problems.Invalid(string.Create(CultureInfo.InvariantCulture, $"limit is 1..{MaxHistory}"));
        var rows = await services.Engine.Devices.HistoryAsync(row.Key, limit ?? 1000, stop);
        return Results.Json(new HistoryResource([.. rows.Select(r =>
            new HistoryItem(r.SequenceNumber, Times.Utc(r.AtTicks), r.Manifest, JsonElement.Parse(r.Json)))]),
                ApiJson.Default.HistoryResource);
    }, stop);

    private static Task<IResult> LabelAsync(HttpServices services, HttpContext context, string key, LabelRequest body,
        CancellationToken stop)
    {
        if (!DeviceLabel.TryParse(body.Label, out var label, out var problem)) return Task.FromResult(Problems.Invalid(problem));
        return WithDeviceAsync(services, key, async (device, row) =>
        {
            await services.Engine.AskAsync(device, new DeviceCommand.SetLabel(services.Time.GetUtcNow().UtcTicks, label), stop);
            services.Audit.Append(
                new AuditEntry(AuditEvents.Labelled, AccessGuard.ActorOf(context),
                    "ok") { Subject = services.Engine.PersistenceIdOf(device) });
            return Detail(row with { Label = label });
        }, stop);
    }

    /// <summary>Does not ask the read side first: it may be a moment behind, and what it does not show yet must go too.</summary>
    private static async Task<IResult> ForgetAsync(HttpServices services, HttpContext context, string key, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        var subject = services.Engine.PersistenceIdOf(device);
        if (!await services.Engine.ForgetAsync(device, stop)) return Unknown;
        services.Audit.Append(new AuditEntry(AuditEvents.Erased, AccessGuard.ActorOf(context), "ok") { Subject = subject });
        return Results.NoContent();
    }

    private static async Task<IResult> WithDeviceAsync(
        HttpServices services, string key, Func<DeviceKey, DeviceRow, Task<IResult>> answer, CancellationToken stop)
    {
        if (!TryParseKey(key, out var device)) return NotAKey;
        return await services.Engine.Devices.GetAsync(device.ToString(), stop) is { } row ? await answer(device, row) : Unknown;
    }

    /// <summary>A slash in a key (ip:site/vlan/address) arrives as %2F: the router leaves it as it is.</summary>
    private static bool TryParseKey(string key, out DeviceKey device) =>
        DeviceKey.TryParse(key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out device);

    private static IResult NotAKey =>
        Problems.NotFound("this is no device key: write a MAC address, or mac:, ip:, duid: or cid: and what follows it");

    private static IResult Unknown => Problems.NotFound("no device has this key");

    private static IResult Detail(DeviceRow row) => Results.Json(
        new DeviceDetail(DeviceResource.Of(row), row.FeaturesJson is { } json ? JsonElement.Parse(json) : null),
            ApiJson.Default.DeviceDetail);
}
