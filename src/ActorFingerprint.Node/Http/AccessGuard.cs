using System.Net;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Http;

/// <summary>What an endpoint asks of its caller. An endpoint without a rule asks for an admin token.</summary>
internal sealed record AccessRule(Role? Role, bool Mutates)
{
    /// <summary>Anybody: liveness and readiness.</summary>
    public static readonly AccessRule Open = new(null, false);

    /// <summary>Anybody on this machine; a reader from elsewhere.</summary>
    public static readonly AccessRule Read = new(Security.Role.Reader, false);

    /// <summary>A decider, from anywhere.</summary>
    public static readonly AccessRule Decide = new(Security.Role.Decider, true);

    /// <summary>An admin, from anywhere.</summary>
    public static readonly AccessRule Change = new(Security.Role.Admin, true);
}

/// <summary>
/// Bearer tokens (RFC 6750): every change needs one, and so does every read that does not come from this machine. A request that a
/// proxy forwarded counts as one from elsewhere.
/// </summary>
internal sealed class AccessGuard(RequestDelegate next, TokenFile tokens, RefusalLog refusals)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint) return next(context);
        var rule = endpoint.Metadata.GetMetadata<AccessRule>() ?? AccessRule.Change;
        if (rule.Role is not { } needed) return next(context);

        var header = context.Request.Headers.Authorization.ToString();
        var role = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? tokens.Authenticate(header[Scheme.Length..].Trim())
            : null;
        if (role is null && header.Length > 0) return RefuseAsync(context, 401, "TOKEN_UNKNOWN",
            "this token is not in the token file of the node");
        if (role is null && (rule.Mutates || !IsLocal(context)))
            return RefuseAsync(context, 401, "TOKEN_REQUIRED", "send 'Authorization: Bearer TOKEN' with a token of the node's token file");
        if (role < needed)
            return RefuseAsync(context, 403, "ROLE_TOO_LOW", $"this needs the role {needed.ToString().ToLowerInvariant()}");
        context.Items[typeof(Role)] = role ?? Role.Reader;
        return next(context);
    }

    /// <summary>Who acts, for the audit log: <c>http:ROLE</c>.</summary>
    public static string ActorOf(HttpContext context) =>
        context.Items[typeof(Role)] is Role role ? $"http:{role.ToString().ToLowerInvariant()}" : "http";

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");

    private Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        refusals.Record(code);
        if (status == 401) context.Response.Headers.WWWAuthenticate = code == "TOKEN_UNKNOWN" ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Problems.WriteAsync(context, status, code, detail);
    }
}

/// <summary>
/// Audits refused requests: the first of a kind at once, then one line a minute with their number, so that a flood cannot
/// fill the disk.
/// </summary>
internal sealed class RefusalLog(AuditLog audit, ILogger<RefusalLog> log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Pending, long LastTimestamp)> _codes = [];

    public void Record(string code)
    {
        lock (_gate)
        {
            var (pending, last) = _codes.GetValueOrDefault(code);
            pending++;
            if (last != 0 && time.GetElapsedTime(last) < Pause)
            {
                _codes[code] = (pending, last);
                return;
            }
            _codes[code] = (0, Math.Max(1, time.GetTimestamp()));
            NodeLog.RequestRefused(log, code, pending);
            audit.Append(new AuditEntry(AuditEvents.Refused, "http", "denied") { Detail = $"{code} {pending}" });
        }
    }
}
