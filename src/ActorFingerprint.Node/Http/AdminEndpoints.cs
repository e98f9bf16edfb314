using ActorFingerprint.Node.Audit;

namespace ActorFingerprint.Node.Http;

/// <summary><c>/admin</c>: captures and the node itself. Every change is audited.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/admin").WithTags("admin");
        admin.MapGet("capture", List).WithMetadata(AccessRule.Read)
            .WithSummary("Capture sources and their state").Produces<IReadOnlyList<CaptureResource>>();
        admin.MapPost("capture/{source}/start", StartAsync).WithMetadata(AccessRule.Change).WithSummary("Starts a capture")
            .Produces<CaptureResource>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
        admin.MapPost("capture/{source}/stop", StopAsync).WithMetadata(AccessRule.Change)
            .WithSummary("Stops a capture and commits what it read")
            .Produces<CaptureResource>().ProducesProblem(404);
        admin.MapPost("shutdown", Shutdown).WithMetadata(AccessRule.Change).WithSummary("Stops the node in order")
            .Produces<StatusResource>(202);
    }

    private static IResult List(HttpServices services) =>
        Results.Json([.. services.Captures.List().Select(CaptureResource.Of)], ApiJson.Default.IReadOnlyListCaptureResource);

    private static Task<IResult> StartAsync(HttpServices services, HttpContext context, string source, CancellationToken stop) =>
        WithSourceAsync(services, context, source, (name, actor) => services.Captures.StartAsync(name, actor, stop), "start");

    private static Task<IResult> StopAsync(HttpServices services, HttpContext context, string source, CancellationToken stop) =>
        WithSourceAsync(services, context, source, (name, actor) => services.Captures.StopAsync(name, actor, stop), "stop");

    private static IResult Shutdown(HttpServices services, HttpContext context)
    {
        services.Audit.Append(new AuditEntry(AuditEvents.Admin, AccessGuard.ActorOf(context), "ok") { Detail = "shutdown" });
        services.RequestShutdown("POST /admin/shutdown");
        return Results.Json(new StatusResource("stopping"), ApiJson.Default.StatusResource, statusCode: 202);
    }

    private static async Task<IResult> WithSourceAsync(
        HttpServices services, HttpContext context, string source, Func<string, string, Task> act, string call)
    {
        var name = source.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (services.Captures.Find(name) is null)
            return Problems.NotFound("no capture source has this name; GET /admin/capture lists them");
        var actor = AccessGuard.ActorOf(context);
        services.Audit.Append(new AuditEntry(AuditEvents.Admin, actor, "ok") { Source = name, Detail = "capture " + call });
        await act(name, actor);
        return Results.Json(CaptureResource.Of(services.Captures.Find(name)!), ApiJson.Default.CaptureResource);
    }
}
