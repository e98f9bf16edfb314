using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>One message of multicast DNS (RFC 6762), sent to the group or to one host.</summary>
public sealed class MdnsObservation : DiscoveryObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public MdnsObservation(in Origin origin, DnsMessage message) : base(origin) => Message = message;

    /// <inheritdoc />
    public override string Protocol => "mdns";

    /// <inheritdoc />
    public override string Event => Message switch { { IsResponse: true } => "response", { IsProbe: true } => "probe", _ => "query" };

    /// <summary>What it says.</summary>
    public DnsMessage Message { get; }
}
