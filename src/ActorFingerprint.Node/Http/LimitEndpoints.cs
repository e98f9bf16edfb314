using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;
using ActorFingerprint.Node.Audit;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// <c>/api/limits</c> and <c>/admin/limits</c>. A decision is always 200, whatever it says; what cannot be asked is a problem, and nothing
/// is recorded then. Needs a token even from this machine.
/// </summary>
internal static class LimitEndpoints
{
    private const int MaxBatch = 100;
    private const int MaxHeader = 2048;
    private const long MaxIntervalSeconds = 366 * 86_400;

    private static readonly IResult Disabled =
        Problems.Result(404, "LIMITER_DISABLED", "the limiter of this node is off: set limiter.enabled = true");

    private static readonly IResult Unavailable =
        Problems.Result(503, "STORE_UNAVAILABLE", "the limiter's state cannot be reached now; try again");

    public static void MapLimits(this IEndpointRouteBuilder routes)
    {
        var limits = routes.MapGroup("/api/limits").WithTags("limits").WithMetadata(AccessRule.Decide);
        limits.MapPost("check", Check).WithSummary("May this attempt go on?")
            .Produces<LimitAnswer>().ProducesProblem(400);
        limits.MapPost("failure", Failure).WithSummary("An attempt failed; answered when durable")
            .Produces<LimitAnswer>().ProducesProblem(400);
        limits.MapPost("success", Success).WithSummary("An attempt succeeded")
            .Produces<LimitAnswer>().ProducesProblem(400);
        limits.MapPost("access", Access).WithSummary("A call of a costly API")
            .Produces<LimitAnswer>().ProducesProblem(400);
        limits.MapPost("decide", DecideAsync).WithSummary("Up to 100 questions, answered in order")
            .Produces<LimitAnswers>().ProducesProblem(400);
        limits.MapGet("state", StateAsync).WithSummary("What is stored for one context")
            .Produces<LimitState>().ProducesProblem(400).ProducesProblem(503);
        limits.MapPost("throttle", ThrottleAsync).WithSummary("Spends from a simple fixed-window throttle")
            .Produces<ThrottleAnswer>().ProducesProblem(400);
        var admin = routes.MapGroup("/admin/limits").WithTags("limits").WithMetadata(AccessRule.Change);
        admin.MapPost("unblock", UnblockAsync).WithSummary("Lifts the blocks of one context")
            .Produces<LimitUnblocked>().ProducesProblem(400).ProducesProblem(503);
        admin.MapPost("reset", ResetAsync).WithSummary("Erases an account, or an address scope")
            .Produces<StatusResource>().ProducesProblem(400).ProducesProblem(503);
        admin.MapPost("rotate", Rotate).WithSummary("Exchanges secrets").Produces<StatusResource>().ProducesProblem(409);
    }

    private static Task<IResult> Check(HttpServices services, LimitQuestion body) => OneAsync(services, body, LimitCommand.Check);

    private static Task<IResult> Failure(HttpServices services, LimitQuestion body) => OneAsync(services, body, LimitCommand.Failure);

    private static Task<IResult> Success(HttpServices services, LimitQuestion body) => OneAsync(services, body, LimitCommand.Success);

    private static Task<IResult> Access(HttpServices services, LimitQuestion body) => OneAsync(services, body, LimitCommand.Access);

    private static async Task<IResult> OneAsync(HttpServices services, LimitQuestion body, LimitCommand command)
    {
        if (services.Engine.Limiter is not { Region: var region }) return Disabled;
        if (!TryRead(region, body, command, out var request, out var problem)) return Problems.Invalid(problem);
        return Results.Json(LimitAnswer.Of(await region.DecideAsync(request)), ApiJson.Default.LimitAnswer);
    }

    private static async Task<IResult> DecideAsync(HttpServices services, LimitBatch body)
    {
        if (services.Engine.Limiter is not { Region: var region }) return Disabled;
        if (body.Requests is not { Count: >= 1 and <= MaxBatch }) return Problems.Invalid($"requests holds 1 to {MaxBatch} questions");
        var requests = new LimitRequest[body.Requests.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            if (!TryCommand(body.Requests[i]?.Command, out var command))
                return Problems.Invalid($"requests[{i}]: command is check, failure, success or access");
            if (!TryRead(region, body.Requests[i], command, out requests[i], out var problem))
                return Problems.Invalid($"requests[{i}]: {problem}");
        }
        var asked = new Task<LimitResult>[requests.Length];
        var last = new Dictionary<string, Task<LimitResult>>(StringComparer.Ordinal);
        for (var i = 0; i < requests.Length; i++)
        {
            var (account, address) = ($"a {requests[i].AccountId}", $"i {body.Requests[i].Ip}");
            var before = requests[i].AccountId is null ? null : last.GetValueOrDefault(account);
            asked[i] = AfterAsync(before, last.GetValueOrDefault(address), region, requests[i]);
            last[account] = last[address] = asked[i];
        }
        var answers = new LimitAnswer[requests.Length];
        for (var i = 0; i < requests.Length; i++) answers[i] = LimitAnswer.Of(await asked[i]);
        return Results.Json(new LimitAnswers(answers), ApiJson.Default.LimitAnswers);
    }

    /// <summary>Questions about one account or one address follow each other; one commit may hold all others.</summary>
    private static async Task<LimitResult> AfterAsync(Task? account, Task? address, LimiterRegion region, LimitRequest request)
    {
        if (account is not null) await account;
        if (address is not null) await address;
        return await region.DecideAsync(request);
    }

    private static async Task<IResult> StateAsync(
        HttpServices services, string? policy, string? ip, string? userAgent, string? acceptLanguage, string? accountId,
        string? sessionDeviceId, bool? sessionTrusted, bool? devicePreviouslyVerified, string? clientHints)
    {
        if (services.Engine.Limiter is not { Region: var region }) return Disabled;
        if (!TryHints(clientHints, out var hints)) return Problems.Invalid("clientHints is a JSON object");
        var question = new LimitQuestion
        {
            Policy = policy,
            Ip = ip,
            UserAgent = userAgent,
            AcceptLanguage = acceptLanguage,
            AccountId = accountId,
            SessionDeviceId = sessionDeviceId,
            SessionTrusted = sessionTrusted ?? false,
            DevicePreviouslyVerified = devicePreviouslyVerified ?? false,
            ClientHints = hints,
        };
        if (!TryRead(region, question, LimitCommand.Check, out var context, out var problem)) return Problems.Invalid(problem);
        return await region.ReadAsync(context) is { } view ? Results.Json(LimitState.Of(view), ApiJson.Default.LimitState) : Unavailable;
    }

    private static async Task<IResult> ThrottleAsync(HttpServices services, ThrottleQuestion body)
    {
        if (services.Engine.Limiter is not { Region: var region }) return Disabled;
        if (body is not { Limit: { } limit, IntervalSeconds: { } interval })
            return Problems.Invalid("limit and intervalSeconds are missing");
        if (body.Cost is < 1 or > LimitRequest.MaxCost) return Problems.Invalid($"cost must be 1 to {LimitRequest.MaxCost}");
        if (limit < 1 || interval is < 1 or > MaxIntervalSeconds)
            return Problems.Invalid($"limit must be at least 1, intervalSeconds 1 to {MaxIntervalSeconds}");
        Task<ThrottleResult> answer;
        try
        {
            answer = region.ConsumeAsync(new ThrottleRule(body.Name ?? "", limit, interval), body.Subject ?? "", body.Cost ?? 1);
        }
        catch (ArgumentException refused)
        {
            return Problems.Invalid(Plain(refused));
        }
        return Results.Json(ThrottleAnswer.Of(await answer), ApiJson.Default.ThrottleAnswer);
    }

    private static async Task<IResult> UnblockAsync(HttpServices services, HttpContext http, LimitQuestion body)
    {
        if (services.Engine.Limiter is not { Region: var region }) return Disabled;
        if (!TryRead(region, body, LimitCommand.Check, out var context, out var problem)) return Problems.Invalid(problem);
        if (await region.UnblockAsync(context) is not { } lifted) return Unavailable;
        Record(services, http, $"limits unblock {body.Policy} {lifted}");
        return Results.Json(new LimitUnblocked(lifted), ApiJson.Default.LimitUnblocked);
    }

    private static async Task<IResult> ResetAsync(HttpServices services, HttpContext http, LimitQuestion body)
    {
        if (services.Engine.Limiter is not { Region: var region }) return Disabled;
        if (!TryRead(region, body, LimitCommand.Check, out var context, out var problem)) return Problems.Invalid(problem);
        if (!await region.ResetAsync(context)) return Unavailable;
        Record(services, http, $"limits reset {body.Policy} {(context.AccountId is null ? "address" : "account")}");
        return Results.Json(new StatusResource("reset"), ApiJson.Default.StatusResource);
    }

    private static IResult Rotate(HttpServices services, HttpContext http, LimitRotation body)
    {
        if (services.Engine.Limiter is not { } limiter) return Disabled;
        var kinds = body.Which switch
        {
            "outer" => SecretKinds.Key,
            "fingerprint" => SecretKinds.Fingerprint,
            "both" => SecretKinds.Both,
            _ => SecretKinds.None,
        };
        if (kinds == SecretKinds.None) return Problems.Invalid("which is outer, fingerprint or both");
        if (!limiter.KeepsSecrets)
            return Problems.Result(409, "SECRETS_CONFIGURED", "the secrets come from limiter.secrets: exchange them there, and restart");
        if (!limiter.TryRotate(kinds))
            return Problems.Result(409, "ROTATION_REFUSED", string.Create(CultureInfo.InvariantCulture,
                $"the previous secrets must be kept for 24 h: rotate again after {limiter.NextRotation ?? services.Time.GetUtcNow():u}"));
        Record(services, http, $"limits rotate {body.Which}");
        return Results.Json(new StatusResource("rotated"), ApiJson.Default.StatusResource);
    }

    /// <summary>Names what was done, not to whom.</summary>
    private static void Record(HttpServices services, HttpContext http, string detail) =>
        services.Audit.Append(new AuditEntry(AuditEvents.Admin, AccessGuard.ActorOf(http), "ok") { Detail = detail });

    private static bool TryRead(
        LimiterRegion region, LimitQuestion? body, LimitCommand command, out LimitRequest request, [NotNullWhen(false)] out string? problem)
    {
        request = default;
        problem = Fault(region, body, out var address, out var expectsHints);
        if (problem is not null) return false;
        try
        {
            request = new LimitRequest
            {
                Command = command,
                Policy = body!.Policy!,
                Address = address,
                AccountId = body.AccountId,
                CorrelationId = body.CorrelationId,
                Cost = body.Cost ?? 1,
                AtTicks = DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerDay, // the region sets the time
                Device = new DeviceIdentityResolver(region.Secrets).Resolve(new DeviceSignals
                {
                    UserAgent = body.UserAgent,
                    AcceptLanguage = body.AcceptLanguage,
                    ClientHints = body.ClientHints,
                    SessionDeviceId = body.SessionDeviceId,
                    SessionTrusted = body.SessionTrusted,
                    DevicePreviouslyVerified = body.DevicePreviouslyVerified,
                }, expectsHints),
            };
        }
        catch (ArgumentException refused)
        {
            problem = Plain(refused);
            return false;
        }
        problem = request.Fault();
        return problem is null;
    }

    private static string? Fault(LimiterRegion region, LimitQuestion? body, out AddressScope address, out bool expectsHints)
    {
        (address, expectsHints) = (default, false);
        if (body is null) return "a question is a JSON object";
        if (body.Policy is null || !region.Policies.TryGet(body.Policy, out var policy))
            return "policy is not one of: " + string.Join(", ", region.Policies.All.Select(p => p.Name));
        expectsHints = policy.ExpectClientHints;
        if (!AddressScope.TryParse(body.Ip, out address)) return "ip is not an IPv4 or IPv6 address";
        if (body.UserAgent?.Length > MaxHeader || body.AcceptLanguage?.Length > MaxHeader)
            return $"userAgent and acceptLanguage are at most {MaxHeader} characters";
        return null;
    }

    /// <summary>What is wrong, without the name of a parameter in our code.</summary>
    private static string Plain(ArgumentException refused) =>
        refused.ParamName is { } name ? refused.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : refused.Message;

    private static bool TryCommand(string? text, out LimitCommand command)
    {
        (command, var known) = text switch
        {
            "check" => (LimitCommand.Check, true),
            "failure" => (LimitCommand.Failure, true),
            "success" => (LimitCommand.Success, true),
            "access" => (LimitCommand.Access, true),
            _ => (default, false),
        };
        return known;
    }

    private static bool TryHints(string? text, out JsonElement? hints)
    {
        hints = null;
        if (string.IsNullOrEmpty(text)) return true;
        try
        {
            hints = JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
