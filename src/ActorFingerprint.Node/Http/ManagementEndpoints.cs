using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Metrics;

namespace ActorFingerprint.Node.Http;

/// <summary>Liveness, readiness, counts, metrics.</summary>
internal static class ManagementEndpoints
{
    public static void MapManagement(this IEndpointRouteBuilder routes)
    {
        var management = routes.MapGroup("").WithTags("management");
        management.MapGet("/alive", Alive).WithMetadata(AccessRule.Open).WithSummary("200 while the process serves")
            .Produces<StatusResource>();
        management.MapGet("/ready", Ready).WithMetadata(AccessRule.Open)
            .WithSummary("200 while observations are taken and decisions can be committed, with a note when they wait on the disk; else 503 with the reason")
            .Produces<StatusResource>().ProducesProblem(503);
        management.MapGet("/metrics", MetricsAsync).WithMetadata(AccessRule.Read).WithSummary("Metrics as Prometheus text")
            .Produces<string>(200, "text/plain");
        management.MapGet("/api/fingerprints/stats", StatsAsync).WithMetadata(AccessRule.Read).WithSummary("Counts over everything")
            .Produces<StatsResource>();
    }

    private static IResult Alive() => Results.Json(new StatusResource("alive"), ApiJson.Default.StatusResource);

    private static IResult Ready(HttpServices services) => NotReadyReason(services) is { } reason
        ? Problems.Result(503, "NOT_READY", reason)
        : Results.Json(new StatusResource("ready") { Note = services.Engine.Delay }, ApiJson.Default.StatusResource);

    private static string? NotReadyReason(HttpServices services) => services.Management.Drain.NotReadyReason
        ?? NotReadyReason(services.Management.Cluster.State) ?? services.Engine.NotReadyReason ?? services.Engine.Limiter?.Region.NotReadyReason;

    private static string? NotReadyReason(ClusterState cluster) => cluster.Find(cluster.Self) is { Status: not MemberStatus.Up and var status }
        ? $"this node is {status.ToString().ToLowerInvariant()}" : null;

    private static async Task<IResult> MetricsAsync(HttpServices services, MetricCollector metrics)
    {
        if (services.Engine.Limiter is { Region: var limiter }) await limiter.CountKeysAsync();
        return Results.Text(metrics.Render(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private static async Task<IResult> StatsAsync(HttpServices services, CancellationToken stop)
    {
        var (dhcp, tls) = await services.Engine.Devices.CountsAsync(stop);
        var capture = services.Options.Capture;
        return Results.Json(new StatsResource(
            BundledDatabaseStats.Of(services.Engine.Signatures),
            new CaptureStats(capture.Dhcp, capture.Tls, dhcp, tls),
            CacheStats.Of(services.Engine.Fingerbank),
            ApiStats.Of(services.Engine.Fingerbank, services.Time.GetUtcNow()),
            InferenceStats.Of(services.Engine.IdentificationMetrics)), ApiJson.Default.StatsResource);
    }
}
