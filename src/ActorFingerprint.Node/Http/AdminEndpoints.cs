using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using Microsoft.AspNetCore.Mvc;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// <c>/admin</c>: captures, shards, log and the node itself. Every change is audited, and may be asked for twice: what is so stays so, and the answer
/// says how it is.
/// </summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/admin").WithTags("admin");
        admin.MapGet("capture", List).WithMetadata(AccessRule.Read)
            .WithSummary("Capture sources and their state").Produces<IReadOnlyList<CaptureResource>>();
        admin.MapPost("capture/{source}/start", StartAsync).WithMetadata(AccessRule.Change).WithSummary("Starts a capture")
            .Produces<CaptureResource>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503)
            .Audited("capture start");
        admin.MapPost("capture/{source}/stop", StopAsync).WithMetadata(AccessRule.Change)
            .WithSummary("Stops a capture and commits what it read")
            .Produces<CaptureResource>().ProducesProblem(404).Audited("capture stop");
        admin.MapPost("passivate", PassivateAsync).WithMetadata(AccessRule.Change)
            .WithSummary("Puts devices away, each with a snapshot: the idle ones, all, or one")
            .Produces<PassivatedResource>().ProducesProblem(400).ProducesProblem(503).Audited("passivate");
        admin.MapPost("snapshot", SnapshotAsync).WithMetadata(AccessRule.Change).WithSummary("Snapshots devices and shards that changed")
            .Produces<SnapshotsResource>().ProducesProblem(503).Audited("snapshot");
        admin.MapPost("rebalance", RebalanceAsync).WithMetadata(AccessRule.Change).WithSummary("Moves shards until nodes have their share")
            .Produces<RebalanceResource>().ProducesProblem(409).Audited("rebalance");
        admin.MapGet("drain", (HttpServices services) => DrainAnswer(services)).WithMetadata(AccessRule.Read)
            .WithSummary("Whether the node takes work").Produces<DrainResource>();
        admin.MapPost("drain", DrainAsync).WithMetadata(AccessRule.Change)
            .WithSummary("Stops sources and flushes what they read; the node answers on and is not ready")
            .Produces<DrainResource>().Audited("drain");
        admin.MapPost("undrain", UndrainAsync).WithMetadata(AccessRule.Change).WithSummary("Starts the sources that a drain stopped")
            .Produces<DrainResource>().Audited("undrain");
        admin.MapGet("log-level", (HttpServices services) => LevelsAnswer(services)).WithMetadata(AccessRule.Read)
            .WithSummary("Levels of the log by category").Produces<LogLevelsResource>();
        admin.MapPost("log-level", SetLogLevel).WithMetadata(AccessRule.Change)
            .WithSummary("Sets the level of a category, for a time or until the end")
            .Produces<LogLevelsResource>().ProducesProblem(400).Audited("log-level");
        admin.MapPost("shutdown", Shutdown).WithMetadata(AccessRule.Change).WithSummary("Stops the node in order")
            .Produces<StatusResource>(202).Audited("shutdown");
    }

    /// <summary>The answer of an engine that has no store to work on.</summary>
    public static IResult NoStore() => Problems.Result(501, "NOT_HERE", "this node owns no shards and keeps no journal: ask one that does");

    private static IResult List(HttpServices services) =>
        Results.Json([.. services.Captures.List().Select(CaptureResource.Of)], ApiJson.Default.IReadOnlyListCaptureResource);

    private static Task<IResult> StartAsync(HttpServices services, HttpContext context, string source, CancellationToken stop) =>
        WithSourceAsync(services, context, source, (name, actor) => services.Captures.StartAsync(name, actor, stop));

    private static Task<IResult> StopAsync(HttpServices services, HttpContext context, string source, CancellationToken stop) =>
        WithSourceAsync(services, context, source, (name, actor) => services.Captures.StopAsync(name, actor, stop));

    private static async Task<IResult> WithSourceAsync(HttpServices services, HttpContext context, string source, Func<string, string, Task> act)
    {
        var name = source.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (services.Captures.Find(name) is null)
            return Problems.NotFound("no capture source has this name; GET /admin/capture lists them");
        AdminAudit.Note(context, source: name);
        await act(name, AccessGuard.ActorOf(context));
        return Results.Json(CaptureResource.Of(services.Captures.Find(name)!), ApiJson.Default.CaptureResource);
    }

    private static async Task<IResult> PassivateAsync(
        HttpServices services, HttpContext context, [FromBody] PassivateRequest? body, CancellationToken stop)
    {
        if (services.Management.Store is not { } store) return NoStore();
        body ??= new PassivateRequest();
        if ((body.Idle is null ? 0 : 1) + (body.All ? 1 : 0) + (body.Device is null ? 0 : 1) > 1)
            return Problems.Invalid("write one of idle, all and device");
        if (body.Device is { } text)
        {
            if (!DeviceKey.TryParse(text, out var device))
                return Problems.Invalid("device is no device key: write a MAC address, or mac:, ip:, duid: or cid: and what follows it");
            AdminAudit.Note(context, "device", subject: services.Engine.PersistenceIdOf(device));
            return Passivated(await store.PassivateAsync(device, stop) ? 1 : 0);
        }
        var idle = body.All ? TimeSpan.Zero : services.Options.Sharding.PassivateIdle;
        if (body.Idle is { } time && !Units.TryParseDuration(time, out idle)) return Problems.Invalid($"idle is {Units.DurationForm}");
        var count = await store.PassivateAsync(idle, stop);
        AdminAudit.Note(context, string.Create(CultureInfo.InvariantCulture, $"{(idle == TimeSpan.Zero ? "all" : Units.Format(idle))}: {count}"));
        return Passivated(count);
    }

    private static async Task<IResult> SnapshotAsync(HttpServices services, HttpContext context, CancellationToken stop)
    {
        if (services.Management.Store is not { } store) return NoStore();
        var count = await store.SnapshotAsync(stop);
        AdminAudit.Note(context, count.ToString(CultureInfo.InvariantCulture));
        return Results.Json(new SnapshotsResource(count), ManagementJson.Default.SnapshotsResource);
    }

    private static async Task<IResult> RebalanceAsync(HttpServices services, HttpContext context, CancellationToken stop)
    {
        var result = await services.Management.Control.RebalanceAsync(stop);
        AdminAudit.Note(context, result.Moved.ToString(CultureInfo.InvariantCulture));
        return result.Outcome is ControlOutcome.Accepted or ControlOutcome.Unchanged
            ? Results.Json(new RebalanceResource(result.Moved, result.Message), ManagementJson.Default.RebalanceResource)
            : Problems.Result(409, "CLUSTER_REFUSED", result.Message);
    }

    private static async Task<IResult> DrainAsync(HttpServices services, HttpContext context, CancellationToken stop)
    {
        await services.Management.Drain.DrainAsync(AccessGuard.ActorOf(context), stop);
        return DrainAnswer(services);
    }

    private static async Task<IResult> UndrainAsync(HttpServices services, HttpContext context, CancellationToken stop)
    {
        await services.Management.Drain.UndrainAsync(AccessGuard.ActorOf(context), stop);
        return DrainAnswer(services);
    }

    private static IResult SetLogLevel(HttpServices services, HttpContext context, LogLevelRequest body)
    {
        var (category, level, duration) = (body.Category ?? LogLevels.Default, default(LogLevel?), default(TimeSpan?));
        if (body.Level is { } name)
        {
            if (!Enum.GetNames<LogLevel>().Any(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)))
                return Problems.Invalid("level is " + string.Join(", ", Enum.GetNames<LogLevel>()).ToLowerInvariant() + ", or null to go back");
            level = Enum.Parse<LogLevel>(name, ignoreCase: true);
        }
        if (body.For is { } text)
        {
            if (level is null || !Units.TryParseDuration(text, out var time)) return Problems.Invalid($"for is {Units.DurationForm}, with a level");
            duration = time;
        }
        if (!services.Management.LogLevels.TrySet(category, level, duration, out var problem)) return Problems.Invalid(problem);
        var length = duration is { } until ? " for " + Units.Format(until) : "";
        AdminAudit.Note(context, $"{category} {level?.ToString().ToLowerInvariant() ?? "configured"}{length}");
        return LevelsAnswer(services);
    }

    private static IResult Shutdown(HttpServices services)
    {
        services.RequestShutdown("POST /admin/shutdown");
        return Results.Json(new StatusResource("stopping"), ApiJson.Default.StatusResource, statusCode: 202);
    }

    private static IResult Passivated(int count) => Results.Json(new PassivatedResource(count), ManagementJson.Default.PassivatedResource);

    private static IResult DrainAnswer(HttpServices services) => Results.Json(DrainResource.Of(services), ManagementJson.Default.DrainResource);

    private static IResult LevelsAnswer(HttpServices services) => Results.Json(
        new LogLevelsResource([.. services.Management.LogLevels.Rules.Select(LogRuleResource.Of)]), ManagementJson.Default.LogLevelsResource);
}
