using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>DHCPv6 message types (RFC 8415 §7.3 and the IANA registry); the others are numbers.</summary>
public enum Dhcpv6MessageType : byte
{
    /// <summary>No message.</summary>
    None = 0,
    /// <summary>SOLICIT.</summary>
    Solicit = 1,
    /// <summary>ADVERTISE.</summary>
    Advertise = 2,
    /// <summary>REQUEST.</summary>
    Request = 3,
    /// <summary>CONFIRM.</summary>
    Confirm = 4,
    /// <summary>RENEW.</summary>
    Renew = 5,
    /// <summary>REBIND.</summary>
    Rebind = 6,
    /// <summary>REPLY.</summary>
    Reply = 7,
    /// <summary>RELEASE.</summary>
    Release = 8,
    /// <summary>DECLINE.</summary>
    Decline = 9,
    /// <summary>RECONFIGURE.</summary>
    Reconfigure = 10,
    /// <summary>INFORMATION-REQUEST.</summary>
    InformationRequest = 11,
    /// <summary>RELAY-FORW.</summary>
    RelayForward = 12,
    /// <summary>RELAY-REPL.</summary>
    RelayReply = 13,
    /// <summary>LEASEQUERY (RFC 5007).</summary>
    LeaseQuery = 14,
    /// <summary>LEASEQUERY-REPLY (RFC 5007).</summary>
    LeaseQueryReply = 15,
    /// <summary>DHCPV4-RESPONSE (RFC 7341).</summary>
    Dhcpv4Response = 21,
    /// <summary>ADDR-REG-INFORM (RFC 9686).</summary>
    AddressRegistrationInform = 36,
    /// <summary>ADDR-REG-REPLY (RFC 9686).</summary>
    AddressRegistrationReply = 37,
}

/// <summary>One vendor class (option 16, RFC 8415 §21.16).</summary>
/// <param name="Enterprise">IANA private enterprise number.</param>
/// <param name="Data">The classes, escaped, in wire order.</param>
public sealed record Dhcpv6VendorClass(uint Enterprise, IReadOnlyList<string> Data);

/// <summary>One relay that a message came through (RFC 8415 §9).</summary>
/// <param name="Type">Relay-forward or relay-reply.</param>
/// <param name="HopCount">Relays nearer to the client, as sent.</param>
/// <param name="LinkAddress">The link that the client is on; unspecified when the relay said nothing.</param>
/// <param name="PeerAddress">Who the relay got the message from, or gives it to.</param>
/// <param name="OptionOrder">Codes in wire order; the message inside is option 9.</param>
public sealed record Dhcpv6Relay(
    Dhcpv6MessageType Type, int HopCount, NetworkAddress LinkAddress, NetworkAddress PeerAddress, IReadOnlyList<int> OptionOrder);

/// <summary>A client's or server's message (RFC 8415 §8). Immutable; one object for messages with the same bytes.</summary>
public sealed record Dhcpv6Message
{
    /// <summary>Message type; never a relay's.</summary>
    public required Dhcpv6MessageType Type { get; init; }

    /// <summary>24 bits.</summary>
    public uint TransactionId { get; init; }

    /// <summary>Option 1, whole; null when absent, empty or longer than a DUID can be.</summary>
    public byte[]? ClientDuid { get; init; }

    /// <summary>Option 2, likewise.</summary>
    public byte[]? ServerDuid { get; init; }

    /// <summary>Codes in wire order, those inside identity associations behind the one that holds them.</summary>
    public required IReadOnlyList<int> OptionOrder { get; init; }

    /// <summary>Codes of the message itself in wire order.</summary>
    public required IReadOnlyList<int> Options { get; init; }

    /// <summary>Option 6 in wire order, repeats kept; null when absent.</summary>
    public IReadOnlyList<int>? OptionRequest { get; init; }

    /// <summary>Option 16, every one.</summary>
    public IReadOnlyList<Dhcpv6VendorClass> VendorClasses { get; init; } = [];

    /// <summary>Name in option 39, escaped, labels joined by dots; null when absent or empty.</summary>
    public string? Fqdn { get; init; }

    /// <summary>First address that identity associations hold with a valid lifetime; none without.</summary>
    public NetworkAddress Lease { get; init; }

    /// <summary>Sent by a client, not by a server.</summary>
    public bool IsFromClient => Type is not (Dhcpv6MessageType.Advertise or Dhcpv6MessageType.Reply or Dhcpv6MessageType.Reconfigure
        or Dhcpv6MessageType.LeaseQueryReply or Dhcpv6MessageType.Dhcpv4Response or Dhcpv6MessageType.AddressRegistrationReply)
        && (byte)Type is not (16 or 17 or 19 or 23);

    /// <summary>A client's message of a type that asks for options, and so tells what client it is (RFC 8415 §21.7).</summary>
    public bool IsFingerprint => OptionRequest is not null && Type is Dhcpv6MessageType.Solicit or Dhcpv6MessageType.Request
        or Dhcpv6MessageType.Renew or Dhcpv6MessageType.Rebind or Dhcpv6MessageType.InformationRequest;
}
