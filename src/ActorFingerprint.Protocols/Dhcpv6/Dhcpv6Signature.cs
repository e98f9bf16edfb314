using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>What a client's message says of the client, as facts.</summary>
public static class Dhcpv6Signature
{
    /// <summary>
    /// The fingerprint <c>type;options=1,8,6;oro=23,24</c>: message type by number, the message's own option codes and the option request,
    /// both in wire order. Options inside identity associations tell of leases, not of the client, and take no part.
    /// </summary>
    public static string Of(Dhcpv6Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return BoundedText.Cut(
            $"{(int)message.Type};options={string.Join(',', message.Options)};oro={string.Join(',', message.OptionRequest ?? [])}");
    }

    /// <summary>Fingerprint, DUID and vendor classes of a client's message; none of a server's.</summary>
    public static IReadOnlyList<DeviceFact> Facts(Dhcpv6Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.IsFromClient) return [];
        var facts = new List<DeviceFact>();
        if (message.IsFingerprint) facts.Add(new DeviceFact(FactKind.Dhcpv6, Of(message)));
        if (message.ClientDuid is { } duid) facts.Add(new Duid(duid).Fact);
        foreach (var vendor in message.VendorClasses)
            facts.Add(new DeviceFact(FactKind.Dhcpv6Vendor, BoundedText.Cut($"{vendor.Enterprise} {string.Join(',', vendor.Data)}")));
        return facts;
    }
}
