using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// <c>/cluster</c>: members and shards, with the paths and shapes of Akka Management. Changes are refused unless
/// <c>management.http.route-providers-read-only</c> is false. A problem carries <c>message</c> besides, which its clients read.
/// </summary>
internal static class ClusterEndpoints
{
    private const int MaxForm = 1024;

    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        var cluster = routes.MapGroup("/cluster").WithTags("cluster");
        cluster.MapGet("members", Members).WithMetadata(AccessRule.Read).WithSummary("Members, regions, and how far the read side is behind")
            .Produces<MembersResource>();
        cluster.MapGet("members/{**address}", Member).WithMetadata(AccessRule.Read).WithSummary("One member")
            .Produces<MemberResource>().ProducesProblem(404);
        cluster.MapPut("members/{**address}", PutMemberAsync).WithMetadata(AccessRule.Change).WithSummary("Has a member leave, or declares it down")
            .Accepts<MemberOperation>("application/x-www-form-urlencoded", "multipart/form-data")
            .Produces<MessageResource>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).Audited("member");
        cluster.MapDelete("members/{**address}", DeleteMemberAsync).WithMetadata(AccessRule.Change).WithSummary("Has a member leave")
            .Produces<MessageResource>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).Audited("member");
        cluster.MapGet("shards/{region}", Shards).WithMetadata(AccessRule.Read).WithSummary("Shards of a region, with owner and epoch")
            .Produces<ShardsResource>().ProducesProblem(404);
    }

    private static IResult Members(HttpServices services) =>
        Results.Json(MembersResource.Of(services.Management.Cluster), ManagementJson.Default.MembersResource);

    private static IResult Member(HttpServices services, string? address) => Find(services, address) is { } member
        ? Results.Json(MemberResource.Of(member), ManagementJson.Default.MemberResource)
        : Unknown();

    private static IResult Shards(HttpServices services, string region) =>
        services.Management.Cluster.Regions.FirstOrDefault(known => known.Region == region) is { } shards
            ? Results.Json(ShardsResource.Of(shards), ManagementJson.Default.ShardsResource)
            : Problems.OfCluster(404, "NOT_FOUND", "no region has this name; GET /cluster/members lists them");

    private static async Task<IResult> PutMemberAsync(HttpServices services, HttpContext context, string? address, CancellationToken stop)
    {
        if (IsReadOnly(services)) return ReadOnly();
        if (Find(services, address) is not { } member) return Unknown();
        var control = services.Management.Control;
        switch (await OperationOfAsync(context, stop))
        {
            case "down":
                AdminAudit.Note(context, $"down {member.Node}");
                return AnswerOf(await control.DownAsync(member.Node, stop));
            case "leave":
                AdminAudit.Note(context, $"leave {member.Node}");
                return AnswerOf(await control.LeaveAsync(member.Node, stop));
            default:
                return Problems.OfCluster(400, "INVALID_REQUEST", "send the form field operation=down or operation=leave");
        }
    }

    private static async Task<IResult> DeleteMemberAsync(HttpServices services, HttpContext context, string? address, CancellationToken stop)
    {
        if (IsReadOnly(services)) return ReadOnly();
        if (Find(services, address) is not { } member) return Unknown();
        AdminAudit.Note(context, $"leave {member.Node}");
        return AnswerOf(await services.Management.Control.LeaveAsync(member.Node, stop));
    }

    /// <summary>The form field in lower case; null when there is no such form.</summary>
    private static async Task<string?> OperationOfAsync(HttpContext context, CancellationToken stop)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength > MaxForm) return null;
        try
        {
            var form = await context.Request.ReadFormAsync(stop);
            return form["operation"] is [{ } operation] ? operation.ToLowerInvariant() : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>With or without the scheme; a slash may arrive as %2F, which the router leaves as it is.</summary>
    private static ClusterMember? Find(HttpServices services, string? address) =>
        NodeAddress.TryParse(address?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var node)
            ? services.Management.Cluster.State.Find(node) : null;

    private static bool IsReadOnly(HttpServices services) => services.Options.Management.Http.RouteProvidersReadOnly;

    private static IResult AnswerOf(ControlResult result) => result.Outcome switch
    {
        ControlOutcome.Accepted or ControlOutcome.Unchanged =>
            Results.Json(new MessageResource(result.Message), ManagementJson.Default.MessageResource),
        ControlOutcome.UnknownMember => Unknown(),
        _ => Problems.OfCluster(409, "CLUSTER_REFUSED", result.Message),
    };

    private static IResult ReadOnly() => Problems.OfCluster(
        403, "MANAGEMENT_READ_ONLY", "management.http.route-providers-read-only is true: members can only be looked at");

    private static IResult Unknown() => Problems.OfCluster(404, "NOT_FOUND", "no member has this address; GET /cluster/members lists them");
}
