using System.Net;
using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// The header in which the trusted proxies say for whom they ask. Only this one is read: the other may come from the client.
/// </summary>
public enum ForwardingHeader
{
    /// <summary>None: the client is whoever opened the connection.</summary>
    None,

    /// <summary><c>Forwarded</c> (RFC 7239).</summary>
    Forwarded,

    /// <summary><c>X-Forwarded-For</c>.</summary>
    XForwardedFor,
}

/// <summary>
/// Finds the client behind proxies. The list is walked from the right, where the nearest proxy wrote, for as long as the writer is trusted:
/// the first address that is not a trusted proxy is the client, and what is left of it is hearsay. An entry that is no address ends the
/// walk at the proxy that wrote it.
/// </summary>
public sealed class TrustedProxies
{
    private const int MaxHops = 32;

    private readonly ForwardingHeader _header;
    private readonly IPNetwork[] _prefixes;

    private TrustedProxies(ForwardingHeader header, IPNetwork[] prefixes) => (_header, _prefixes) = (header, prefixes);

    /// <summary>Trusts nobody.</summary>
    public static TrustedProxies None { get; } = new(ForwardingHeader.None, []);

    /// <summary>Trusts connections from these prefixes, such as <c>10.0.0.0/8</c>, <c>::1/128</c> or <c>192.0.2.7</c>.</summary>
    /// <exception cref="ArgumentException">A prefix that is none, or no prefix at all.</exception>
    public static TrustedProxies Of(ForwardingHeader header, params IEnumerable<string> prefixes)
    {
        var networks = prefixes.Select(Parse).ToArray();
        if (header == ForwardingHeader.None || networks.Length == 0)
            throw new ArgumentException("name the header that the proxies write and at least one prefix of theirs", nameof(prefixes));
        return new(header, networks);
    }

    /// <summary>The client's address; null when the connection has none (a Unix socket without a proxy's word).</summary>
    public IPAddress? ClientOf(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var client = Plain(context.Connection.RemoteIpAddress);
        if (client is null || _header == ForwardingHeader.None) return client;
        var hops = _header == ForwardingHeader.Forwarded
            ? ForwardedFor.FromRight(context.Request.Headers["Forwarded"])
            : ForwardedFor.FromRightOfList(context.Request.Headers["X-Forwarded-For"]);
        foreach (var hop in hops.Take(MaxHops))
        {
            if (!IsTrusted(client) || hop is null) break;
            client = Plain(hop)!;
        }
        return client;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var prefix in _prefixes)
            if (prefix.Contains(address)) return true;
        return false;
    }

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static IPNetwork Parse(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var one)
            ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
            : throw new ArgumentException(
                $"'{text}' is no prefix of proxies: write 10.0.0.0/8, 2001:db8::/32 or one address", nameof(text));
    }
}
