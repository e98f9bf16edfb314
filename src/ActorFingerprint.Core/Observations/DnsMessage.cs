using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// A message in DNS format (RFC 1035 §4), as multicast DNS and LLMNR use it. Names are escaped labels joined by dots, without the last dot;
/// a dot inside a label is <c>\x2e</c>, the root is a dot alone. Immutable; shared between observations of equal messages.
/// </summary>
public sealed record DnsMessage
{
    /// <summary>QR bit: an answer or announcement.</summary>
    public bool IsResponse { get; init; }

    /// <summary>What is asked, in order.</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>The records of all sections, in order.</summary>
    public IReadOnlyList<DnsRecord> Records { get; init; } = [];

    /// <summary>
    /// A query that proposes records of its own (RFC 6762 §8.1): it asks whether another host has the names, out of no interest in them.
    /// </summary>
    public bool IsProbe
    {
        get
        {
            if (IsResponse) return false;
            foreach (var record in Records)
                if (record.Section == DnsSection.Authority) return true;
            return false;
        }
    }
}

/// <summary>One question.</summary>
/// <param name="Name">The name asked for.</param>
/// <param name="Type">Record type by number.</param>
public readonly record struct DnsQuestion(string Name, ushort Type);

/// <summary>Where in a message a record stands (RFC 1035 §4.1).</summary>
public enum DnsSection : byte
{
    /// <summary>Answers; in a query of multicast DNS, what the asker knows already.</summary>
    Answer,
    /// <summary>Authority; in a query of multicast DNS, what the asker proposes.</summary>
    Authority,
    /// <summary>Additional records.</summary>
    Additional,
}

/// <summary>One resource record. Of the data only what the types A, AAAA, PTR, SRV, TXT and NSEC hold is kept.</summary>
public sealed record DnsRecord
{
    /// <summary>Its section.</summary>
    public DnsSection Section { get; init; }

    /// <summary>Owner name.</summary>
    public required string Name { get; init; }

    /// <summary>Type by number (IANA): 1 A, 12 PTR, 16 TXT, 28 AAAA, 33 SRV, 47 NSEC.</summary>
    public ushort Type { get; init; }

    /// <summary>Seconds to live; 0 says goodbye (RFC 6762 §10.1).</summary>
    public uint TimeToLive { get; init; }

    /// <summary>Target of PTR or SRV, else null.</summary>
    public string? Target { get; init; }

    /// <summary>Port of SRV, else null.</summary>
    public ushort? Port { get; init; }

    /// <summary>Address of A or AAAA, else none.</summary>
    public NetworkAddress Address { get; init; }

    /// <summary>Strings of TXT, escaped, in order; else null.</summary>
    public IReadOnlyList<string>? Text { get; init; }

    /// <summary>Types that the name has records of, in NSEC (RFC 6762 §6.1): it has none of the others; else null.</summary>
    public IReadOnlyList<ushort>? Types { get; init; }
}
