using System.Net;
using System.Net.Sockets;
using ActorFingerprint.Node.Configuration;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// Lets a request in only when its <c>Host</c> is a name of this node and its <c>Origin</c>, if it has one, is the node itself: a page
/// on another site cannot reach the API through a name that it points at this machine (DNS rebinding).
/// </summary>
internal sealed class HostGuard(RequestDelegate next, HttpOptions options, RefusalLog refusals)
{
    private readonly HashSet<string> _names = new(
        ["localhost", "127.0.0.1", "[::1]", HostOf(IPAddress.Parse(options.Bind)), .. options.Names], StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        if (!host.HasValue || (!_names.Contains(host.Host) && host.Host != LocalHostOf(context)))
            return RefuseAsync(context, 421, "HOST_NOT_ALLOWED", "the Host of the request is no name of this node; add it to http.names");
        if (context.Request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin.ToString(), $"{context.Request.Scheme}://{host.Value}", StringComparison.OrdinalIgnoreCase))
            return RefuseAsync(context, 403, "ORIGIN_NOT_ALLOWED", "requests from pages of other sites are refused");
        return next(context);
    }

    /// <summary>When listening on all addresses: the one that this connection came in on.</summary>
    private static string? LocalHostOf(HttpContext context) => context.Connection.LocalIpAddress is { } address ? HostOf(address) : null;

    private static string HostOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{new IPAddress(address.GetAddressBytes())}]" : address.ToString();
    }

    private Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        refusals.Record(code);
        return Problems.WriteAsync(context, status, code, detail);
    }
}
