using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorFingerprint.Engine.Membership;

/// <summary>
/// Address of a node, in the form of Akka's: <c>actorfp://actorfp@host:port</c>, where the second name is that of the system. The host is in lower
/// case; an IPv6 address stands in brackets.
/// </summary>
public readonly record struct NodeAddress
{
    /// <summary>Scheme of an address.</summary>
    public const string Scheme = "actorfp";

    /// <summary>Name of the system, the same on every node.</summary>
    public const string System = "actorfp";

    private const int MaxHost = 255;

    /// <summary>An address of parts. Throws <see cref="ArgumentException"/> when they are none.</summary>
    public NodeAddress(string host, int port)
    {
        if (!TryHost(host, out var plain) || port is < 0 or > ushort.MaxValue)
            throw new ArgumentException($"'{host}:{port}' is no host and port", nameof(host));
        (Host, Port) = (plain, port);
    }

    /// <summary>Host name or address.</summary>
    public string Host { get; }

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>The address without its scheme, <c>actorfp@host:port</c>.</summary>
    public string HostPort => string.Create(CultureInfo.InvariantCulture, $"{System}@{Host}:{Port}");

    /// <inheritdoc />
    public override string ToString() => $"{Scheme}://{HostPort}";

    /// <summary>Reads an address, with or without its scheme. Never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeAddress address)
    {
        address = default;
        if (text is null || text.Length > MaxHost + 32) return false;
        var rest = text.AsSpan();
        if (rest.StartsWith(Scheme + "://", StringComparison.OrdinalIgnoreCase)) rest = rest[(Scheme.Length + 3)..];
        if (!rest.StartsWith(System + "@", StringComparison.Ordinal)) return false;
        rest = rest[(System.Length + 1)..];
        var colon = rest.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        if (!TryHost(rest[..colon].ToString(), out _)) return false;
        address = new NodeAddress(rest[..colon].ToString(), port);
        return true;
    }

    /// <summary>By host, then by port: the order by which a leader is chosen.</summary>
    public static Comparer<NodeAddress> Order { get; } = Comparer<NodeAddress>.Create(static (a, b) =>
        string.CompareOrdinal(a.Host, b.Host) is var byHost and not 0 ? byHost : a.Port.CompareTo(b.Port));

    private static bool TryHost(string? host, out string plain)
    {
        plain = "";
        if (string.IsNullOrEmpty(host) || host.Length > MaxHost) return false;
        if (host.Contains(':', StringComparison.Ordinal))
        {
            var inner = host is ['[', .., ']'] ? host[1..^1] : host;
            if (inner.StartsWith('[') || !IPAddress.TryParse(inner, out var address)) return false;
            if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
            plain = $"[{address}]";
            return true;
        }
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4)) return false;
        plain = host.ToLowerInvariant();
        return true;
    }
}
