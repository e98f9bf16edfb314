namespace ActorFingerprint.Protocols.Mdns;

/// <summary>A service name of DNS-SD (RFC 6763 §4, §7): <c>Instance._type._tcp.local</c> in its parts.</summary>
/// <param name="Type">Type and transport, lower case: <c>_ipp._tcp</c>.</param>
/// <param name="Prefix">What comes before: nothing, an instance, or a subtype that ends in <c>_sub</c>.</param>
internal readonly record struct ServiceName(string Type, string Prefix)
{
    /// <summary>The type of questions about services as such.</summary>
    public const string Discovery = "_dns-sd._udp";

    private const string Domain = ".local";

    /// <summary>True for <c>_services._dns-sd._udp</c>: which types are there?</summary>
    public bool IsEnumeration => Type == Discovery && Prefix.Equals("_services", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for the name of a type itself, also narrowed to a subtype.</summary>
    public bool IsType => Prefix.Length == 0 || Prefix.EndsWith("._sub", StringComparison.OrdinalIgnoreCase);

    /// <summary>A name without <c>.local</c> at its end.</summary>
    public static string WithoutDomain(string name) =>
        name.Length > Domain.Length && name.EndsWith(Domain, StringComparison.OrdinalIgnoreCase) ? name[..^Domain.Length] : name;

    /// <summary>False for names that are not of a service in <c>local</c>.</summary>
    public static bool TryParse(string name, out ServiceName service)
    {
        service = default;
        if (!name.EndsWith(Domain, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = name.AsSpan(0, name.Length - Domain.Length);
        var transport = rest.LastIndexOf('.');
        if (transport <= 0 || !IsTransport(rest[(transport + 1)..])) return false;
        var type = rest[..transport].LastIndexOf('.') + 1;
        if (transport - type < 2 || rest[type] != '_') return false;
        service = new ServiceName(rest[type..].ToString().ToLowerInvariant(), type == 0 ? "" : rest[..(type - 1)].ToString());
        return true;
    }

    private static bool IsTransport(ReadOnlySpan<char> label) =>
        label.Equals("_tcp", StringComparison.OrdinalIgnoreCase) || label.Equals("_udp", StringComparison.OrdinalIgnoreCase);
}
