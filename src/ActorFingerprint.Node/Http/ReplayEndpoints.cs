using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Http;

/// <summary><c>/admin/replay</c>: replays of the journal beside the running node, one at a time.</summary>
internal static class ReplayEndpoints
{
    private const string KeyHeader = "Idempotency-Key";
    private const int MaxKey = 255;
    private const int MaxPage = 1000;
    private const int DefaultPage = 100;

    public static void MapReplay(this IEndpointRouteBuilder routes)
    {
        var replay = routes.MapGroup("/admin/replay").WithTags("admin");
        replay.MapPost("", StartAsync).WithMetadata(AccessRule.Change)
            .WithSummary("Begins a replay, or gives the one that was begun by the same call")
            .Produces<ReplayResource>(202).Produces<ReplayResource>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(422)
            .ProducesProblem(503).Audited("replay");
        replay.MapGet("", List).WithMetadata(AccessRule.Read).WithSummary("The last replays, newest first")
            .Produces<IReadOnlyList<ReplayResource>>();
        replay.MapGet("{id}", Get).WithMetadata(AccessRule.Read).WithSummary("How a replay stands")
            .Produces<ReplayResource>().ProducesProblem(404);
        replay.MapGet("{id}/result", Result).WithMetadata(AccessRule.Read).WithSummary("What a replay found, one page")
            .Produces<ReplayResultResource>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
        replay.MapPost("{id}/cancel", CancelAsync).WithMetadata(AccessRule.Change).WithSummary("Stops a replay")
            .Produces<ReplayResource>().ProducesProblem(404).ProducesProblem(409).Audited("replay cancel");
    }

    private static async Task<IResult> StartAsync(HttpServices services, HttpContext context, ReplayBody body, CancellationToken stop)
    {
        if (services.Management.Replays is not { } replays) return AdminEndpoints.NoStore();
        if (body.Read(out var problem) is not { } request) return Problems.Invalid(problem);
        if (!TryReadKey(context, out var key)) return Problems.Invalid($"{KeyHeader} is 1 to {MaxKey} visible ASCII characters");
        if (request.Mode == ReplayMode.DryRun && !replays.CanClassify) return Problems.NoDatabase(services.Engine.Signatures);
        var (outcome, status) = await replays.StartAsync(request, key, stop);
        var answer = ReplayResource.Of(status);
        AdminAudit.Note(context, $"{answer.Mode} {status.Id}");
        switch (outcome)
        {
            case ReplayStart.Busy:
                return Problems.Result(409, "REPLAY_RUNNING", $"the replay {status.Id} ({answer.Mode}) runs: wait for it, or cancel it");
            case ReplayStart.KeyReused:
                return Problems.Result(422, "KEY_REUSED", $"this {KeyHeader} belongs to the replay {status.Id}, which is another one: use a new key");
            default:
                context.Response.Headers.Location = $"/admin/replay/{status.Id}";
                return Json(answer, outcome == ReplayStart.Started ? 202 : 200);
        }
    }

    private static IResult List(HttpServices services) => services.Management.Replays is { } replays
        ? Results.Json([.. replays.List().Select(ReplayResource.Of)], ManagementJson.Default.IReadOnlyListReplayResource)
        : AdminEndpoints.NoStore();

    private static IResult Get(HttpServices services, string id)
    {
        if (services.Management.Replays is not { } replays) return AdminEndpoints.NoStore();
        return replays.Find(id) is { } status ? Json(ReplayResource.Of(status)) : Unknown();
    }

    private static IResult Result(HttpServices services, string id, int? offset, int? limit)
    {
        if (services.Management.Replays is not { } replays) return AdminEndpoints.NoStore();
        if (offset < 0 || limit is < 1 or > MaxPage) return Problems.Invalid($"offset is 0 or more, limit 1..{MaxPage}");
        if (replays.Find(id) is not { } status) return Unknown();
        if (status.State == ReplayState.Running) return Problems.Result(409, "REPLAY_RUNNING", "the replay runs: wait for its end");
        return replays.RowsOf(id) is { } rows
            ? Results.Json(ReplayResultResource.Of(rows, offset ?? 0, limit ?? DefaultPage), ManagementJson.Default.ReplayResultResource)
            : Problems.Result(410, "RESULT_GONE",
                "this replay has no result: a rebuild has none, nor has one that was cancelled or failed, and a newer one takes its place");
    }

    private static async Task<IResult> CancelAsync(HttpServices services, HttpContext context, string id, CancellationToken stop)
    {
        if (services.Management.Replays is not { } replays) return AdminEndpoints.NoStore();
        if (await replays.CancelAsync(id, stop) is not { } status) return Unknown();
        AdminAudit.Note(context, $"{status.Id} {status.State.ToString().ToLowerInvariant()}");
        return status.State == ReplayState.Running
            ? Problems.Result(409, "NOT_CANCELLABLE", "a rebuild goes on to its end: half a read side is of no use")
            : Json(ReplayResource.Of(status));
    }

    /// <summary>The header, with or without the quotes of a structured field; null when there is none. False when it cannot be a key.</summary>
    private static bool TryReadKey(HttpContext context, out string? key)
    {
        key = null;
        var header = context.Request.Headers[KeyHeader];
        if (header.Count == 0) return true;
        var text = header.ToString().Trim();
        if (text is ['"', .., '"']) text = text[1..^1];
        if (header.Count > 1 || text.Length is 0 or > MaxKey || text.Any(c => c is <= ' ' or > '~')) return false;
        key = text;
        return true;
    }

    private static IResult Unknown() => Problems.NotFound("no replay has this id; GET /admin/replay lists the last ones");

    private static IResult Json(ReplayResource resource, int status = 200) =>
        Results.Json(resource, ManagementJson.Default.ReplayResource, statusCode: status);
}
