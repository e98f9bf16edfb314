using ActorFingerprint.Node.Audit;
using Microsoft.AspNetCore.Mvc;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// One audit line, and one count, for every call of an operator that was let in: who, what, and what became of it. Written before the answer goes
/// out. Never text of the caller's making.
/// </summary>
internal static class AdminAudit
{
    private static readonly object Key = new();

    /// <summary>Has every call of the endpoint recorded under a name.</summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint, string call) => endpoint.AddEndpointFilter(async (invocation, next) =>
    {
        var context = invocation.HttpContext;
        object? result;
        try
        {
            result = await next(invocation);
        }
        catch (Exception error)
        {
            var (status, code, _) = error is OperationCanceledException ? (499, "CANCELLED", "") : Problems.Of(error);
            Record(context, call, OutcomeOf(status), code);
            throw;
        }
        Record(context, call, OutcomeOf((result as IStatusCodeHttpResult)?.StatusCode ?? 200), CodeOf(result));
        return result;
    });

    /// <summary>Adds to the line of the call at hand: numbers and names that the node knows.</summary>
    public static void Note(HttpContext context, string? detail = null, string? source = null, string? subject = null) =>
        context.Items[Key] = new Noted(detail, source, subject);

    private static void Record(HttpContext context, string call, string outcome, string? code)
    {
        var noted = context.Items[Key] as Noted;
        context.RequestServices.GetRequiredService<AuditLog>().Append(new AuditEntry(AuditEvents.Admin, AccessGuard.ActorOf(context), outcome)
        {
            Source = noted?.Source,
            Subject = noted?.Subject,
            Detail = string.Join(' ', new[] { call, noted?.Detail, code }.Where(part => part is not null)),
        });
        context.RequestServices.GetRequiredService<ManagementMetrics>().Called(call, outcome);
    }

    private static string OutcomeOf(int status) => status switch
    {
        < 400 => "ok",
        < 499 => "refused",
        _ => "failed",
    };

    private static string? CodeOf(object? result) =>
        result is IValueHttpResult { Value: ProblemDetails { Extensions: var more } } && more.TryGetValue("code", out var code) ? code as string : null;

    private sealed record Noted(string? Detail, string? Source, string? Subject);
}
