using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// A NetBIOS name (RFC 1001 §14): 15 bytes, trailing blanks cut off and the rest escaped, and the suffix that says what has it.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Suffix">0x00 workstation, 0x20 file server, 0x1d local master browser, ….</param>
public readonly record struct NetbiosName(string Name, byte Suffix);

/// <summary>What a message of the NetBIOS name service does (RFC 1002 §4.2.1.1 OPCODE).</summary>
public enum NetbiosOperation : byte
{
    /// <summary>Asks for the owner of a name, or for all names of a node.</summary>
    Query = 0,
    /// <summary>Claims a name.</summary>
    Registration = 5,
    /// <summary>Gives a name up.</summary>
    Release = 6,
    /// <summary>Asks to wait for an answer.</summary>
    Wait = 7,
    /// <summary>Claims a name again.</summary>
    Refresh = 8,
    /// <summary>The same, as RFC 1002 §4.2.4 numbers it.</summary>
    RefreshAlternative = 9,
    /// <summary>Claims a name for one of several addresses.</summary>
    MultihomedRegistration = 15,
}

/// <summary>One message of the NetBIOS name service (RFC 1002 §4.2). Immutable; shared between observations of equal messages.</summary>
public sealed record NetbiosMessage
{
    /// <summary>An answer.</summary>
    public bool IsResponse { get; init; }

    /// <summary>What it does.</summary>
    public NetbiosOperation Operation { get; init; }

    /// <summary>RCODE: 0 for success.</summary>
    public byte ResponseCode { get; init; }

    /// <summary>Names asked for or claimed, in order.</summary>
    public IReadOnlyList<NetbiosName> Questions { get; init; } = [];

    /// <summary>Records of all sections, in order.</summary>
    public IReadOnlyList<NetbiosRecord> Records { get; init; } = [];
}

/// <summary>A record of the NetBIOS name service.</summary>
public sealed record NetbiosRecord
{
    /// <summary>Its name.</summary>
    public required NetbiosName Name { get; init; }

    /// <summary>Type by number: 0x20 NB, 0x21 NBSTAT.</summary>
    public ushort Type { get; init; }

    /// <summary>NB: more than one node may have the name.</summary>
    public bool IsGroup { get; init; }

    /// <summary>NB: addresses of the owners.</summary>
    public IReadOnlyList<NetworkAddress> Addresses { get; init; } = [];

    /// <summary>NBSTAT: every name of the node that answers.</summary>
    public IReadOnlyList<NetbiosNodeName> NodeNames { get; init; } = [];
}

/// <summary>One line of a node's name table (RFC 1002 §4.2.18).</summary>
/// <param name="Name">The name.</param>
/// <param name="IsGroup">More than one node may have it.</param>
public readonly record struct NetbiosNodeName(NetbiosName Name, bool IsGroup);

/// <summary>Names and content of a NetBIOS datagram. Immutable; shared between observations of equal datagrams.</summary>
public sealed record NetbiosDatagram
{
    /// <summary>Who sent it, by its own word.</summary>
    public NetbiosName Source { get; init; }

    /// <summary>Its address, by its own word.</summary>
    public NetworkAddress SourceAddress { get; init; }

    /// <summary>Whom it is for.</summary>
    public NetbiosName Destination { get; init; }

    /// <summary>The browser message in it; null when it holds another.</summary>
    public BrowserAnnouncement? Browser { get; init; }
}
