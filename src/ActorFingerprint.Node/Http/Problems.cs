using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace ActorFingerprint.Node.Http;

/// <summary>Errors as RFC 9457 problem details with a stable <c>code</c>; docs/http.md lists the codes.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>A problem of <c>/cluster</c>: <c>message</c> besides, which clients of Akka Management read.</summary>
    public static IResult OfCluster(int status, string code, string detail)
    {
        var problem = Details(status, code, detail);
        problem.Extensions["message"] = detail;
        return Results.Json(problem, ApiJson.Default.ProblemDetails, ContentType, status);
    }

    public static IResult NotFound(string detail) => Result(404, "NOT_FOUND", detail);

    public static IResult Invalid(string detail) => Result(400, "INVALID_REQUEST", detail);

    public static IResult NoDatabase(SignatureBases? bases) =>
        Result(503, "DATABASE_NOT_LOADED", bases?.Problem ?? "no signature database is loaded; actorfp db info says why");

    public static IResult Result(int status, string code, string detail) =>
        Results.Json(Details(status, code, detail), ApiJson.Default.ProblemDetails, ContentType, status);

    public static Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(Details(status, code, detail), ApiJson.Default.ProblemDetails, ContentType,
            context.RequestAborted);
    }

    /// <summary>What a caller may know of a failure. Unexpected ones say nothing of their inside.</summary>
    public static (int Status, string Code, string Detail) Of(Exception error) => error switch
    {
        CaptureException { Code: "CAPTURE_PERMISSION_DENIED" } denied => (403, denied.Code, denied.Message),
        CaptureException { Code: "DRAINING" } drained => (409, drained.Code, drained.Message),
        CaptureException unavailable => (503, unavailable.Code, unavailable.Message),
        JournalUnavailableException refused => (503, "STORE_UNAVAILABLE", refused.Message),
        BadHttpRequestException { StatusCode: 413 } => (413, "BODY_TOO_LARGE", "the body is longer than http.max-request-body"),
        BadHttpRequestException bad => (bad.StatusCode, "INVALID_REQUEST", "the request cannot be read: check its body and its query"),
        _ => (500, "INTERNAL_ERROR", "the node failed at this request; its log says more"),
    };

    /// <summary>The code and words for an answer that has a status only.</summary>
    public static (string Code, string Detail) Of(int status) => status switch
    {
        404 => ("NOT_FOUND", "no such path; /openapi/v1.json lists them"),
        405 => ("METHOD_NOT_ALLOWED", "the path does not take this method; /openapi/v1.json lists them"),
        413 => ("BODY_TOO_LARGE", "the body is longer than http.max-request-body"),
        415 => ("UNSUPPORTED_MEDIA_TYPE", "send the body as application/json"),
        504 => ("REQUEST_TIMEOUT", "the request took longer than http.request-timeout"),
        < 500 => ("INVALID_REQUEST", "the request cannot be read: check its body and its query"),
        _ => ("INTERNAL_ERROR", "the node failed at this request; its log says more"),
    };

    private static ProblemDetails Details(int status, string code, string detail) => new()
    {
        Type = "about:blank",
        Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail,
        Extensions = { ["code"] = code },
    };
}

/// <summary>Turns every failure and every bare error status into problem details.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is not { HasStarted: false, StatusCode: >= 400, ContentType: null }) return;
            var (code, detail) = Problems.Of(context.Response.StatusCode);
            await Problems.WriteAsync(context, context.Response.StatusCode, code, detail);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; there is nobody to answer.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var (status, code, detail) = Problems.Of(error);
            if (status == 500) NodeLog.RequestFailed(log, error, context.Request.Method, RouteOf(context));
            context.Response.Clear();
            await Problems.WriteAsync(context, status, code, detail);
        }
    }

    /// <summary>The pattern, not the path: a path holds addresses of devices.</summary>
    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
}
