namespace ActorFingerprint.Core.Identification.Api;

/// <summary>What a device showed that the API knows how to use. Null or empty where it showed nothing.</summary>
public sealed record ApiSignals
{
    /// <summary>Option 55 of DHCPv4 in wire order: <c>1,3,6,15</c>.</summary>
    public string? DhcpFingerprint { get; init; }

    /// <summary>Option 60 of DHCPv4.</summary>
    public string? DhcpVendor { get; init; }

    /// <summary>Option request of DHCPv6 in wire order.</summary>
    public string? Dhcp6Fingerprint { get; init; }

    /// <summary>HTTP user agents, newest first.</summary>
    public IReadOnlyList<string> UserAgents { get; init; } = [];

    /// <summary>Nothing is known.</summary>
    public bool IsEmpty => DhcpFingerprint is null && DhcpVendor is null && Dhcp6Fingerprint is null && UserAgents.Count == 0;

    /// <summary>What of this may be sent: only these fields, only whole texts within bounds.</summary>
    public ApiSignals Only(IReadOnlySet<ApiField> fields) => new()
    {
        DhcpFingerprint = Kept(DhcpFingerprint, ApiField.DhcpFingerprint, fields),
        DhcpVendor = Kept(DhcpVendor, ApiField.DhcpVendor, fields),
        Dhcp6Fingerprint = Kept(Dhcp6Fingerprint, ApiField.Dhcp6Fingerprint, fields),
        UserAgents = fields.Contains(ApiField.UserAgents)
            ? [.. UserAgents.Where(IsSendable).Distinct(StringComparer.Ordinal).Take(ApiQuestion.MaxUserAgents)]
            : [],
    };

    private static string? Kept(string? text, ApiField field, IReadOnlySet<ApiField> fields) =>
        text is not null && fields.Contains(field) && IsSendable(text) ? text : null;

    /// <summary>Texts with bytes that were escaped match no pattern of the API; those that were cut would match the wrong one.</summary>
    private static bool IsSendable(string text) => text.Length is > 0 and < ApiQuestion.MaxText && !text.Contains('\\', StringComparison.Ordinal);
}
