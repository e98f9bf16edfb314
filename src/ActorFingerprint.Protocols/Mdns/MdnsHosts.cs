using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Mdns;

/// <summary>
/// Whose the host names of a message are: the sender's when one of a name's addresses is the sender's, another host's when it has
/// addresses that could be compared with the sender's and none is. Without such an address nothing is known.
/// </summary>
internal sealed class MdnsHosts
{
    private readonly Dictionary<string, Standing> _standings = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _names = [];

    /// <summary>Reads the address records.</summary>
    /// <param name="records">Records that the sender speaks for; those that say goodbye are passed over.</param>
    /// <param name="sender">The sender's address.</param>
    public MdnsHosts(IEnumerable<DnsRecord> records, NetworkAddress sender)
    {
        foreach (var record in records)
        {
            if (record.Address.IsNone || record.TimeToLive == 0) continue;
            if (!_standings.TryGetValue(record.Name, out var known)) _names.Add(record.Name);
            var standing = StandingOf(record.Address, sender);
            _standings[record.Name] = known > standing ? known : standing;
        }
    }

    private enum Standing : byte
    {
        Unknown,
        Other,
        Own,
    }

    /// <summary>Names of the sender, in order.</summary>
    public IEnumerable<string> Own => _names.Where(name => _standings[name] == Standing.Own);

    /// <summary>Names of other hosts, in order.</summary>
    public IEnumerable<string> Others => _names.Where(name => _standings[name] == Standing.Other);

    /// <summary>True when the message names other hosts and not the sender: a sleep proxy or a reflector speaks.</summary>
    public bool AreAllOthers => Others.Any() && !Own.Any();

    /// <summary>True for the name of another host.</summary>
    public bool IsOther(string name) => _standings.TryGetValue(name, out var standing) && standing == Standing.Other;

    private static Standing StandingOf(NetworkAddress address, NetworkAddress sender) =>
        address == sender ? Standing.Own : IsComparable(address, sender) ? Standing.Other : Standing.Unknown;

    /// <summary>A link-local address says nothing about a global one of the same host, nor one family about the other.</summary>
    private static bool IsComparable(NetworkAddress address, NetworkAddress sender) =>
        address.IsV4 == sender.IsV4 && address.IsLinkLocal == sender.IsLinkLocal;
}
