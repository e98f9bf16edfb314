namespace ActorFingerprint.Core.Identification.Api;

/// <summary>A member of the request body that may be sent to the Fingerbank API; only what is configured is.</summary>
public enum ApiField
{
    /// <summary><c>mac</c>: the hardware address. One that is locally administered is never sent: it says nothing of the maker.</summary>
    Mac,

    /// <summary><c>dhcp_fingerprint</c>: option 55 of DHCPv4 in wire order.</summary>
    DhcpFingerprint,

    /// <summary><c>dhcp_vendor</c>: option 60 of DHCPv4.</summary>
    DhcpVendor,

    /// <summary><c>dhcp6_fingerprint</c>: the option request of DHCPv6 in wire order.</summary>
    Dhcp6Fingerprint,

    /// <summary><c>user_agents</c>: HTTP user agents, newest first.</summary>
    UserAgents,
}

/// <summary>Names of <see cref="ApiField"/>: as the request body and the configuration write them.</summary>
public static class ApiFields
{
    /// <summary>Every field with its name and what it holds, in the order of the body.</summary>
    public static IReadOnlyList<(ApiField Field, string Name, string Holds)> All { get; } =
    [
        (ApiField.Mac, "mac", "hardware address; left out when it is locally administered"),
        (ApiField.DhcpFingerprint, "dhcp_fingerprint", "DHCP option 55 in wire order"),
        (ApiField.DhcpVendor, "dhcp_vendor", "DHCP option 60, the vendor class"),
        (ApiField.Dhcp6Fingerprint, "dhcp6_fingerprint", "DHCPv6 option request in wire order"),
        (ApiField.UserAgents, "user_agents", $"HTTP User-Agent texts, at most {ApiQuestion.MaxUserAgents}"),
    ];

    /// <summary>The name of a field.</summary>
    public static string NameOf(ApiField field) => All[(int)field].Name;

    /// <summary>The field of a name; letter case counts.</summary>
    public static bool TryParse(string name, out ApiField field)
    {
        foreach (var known in All)
        {
            if (known.Name != name) continue;
            field = known.Field;
            return true;
        }
        field = default;
        return false;
    }
}
