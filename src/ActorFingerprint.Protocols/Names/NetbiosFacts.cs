using System.Globalization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Names;

/// <summary>
/// Which NetBIOS names are the sender's own: those that it registers or refreshes, those that it gives its own address for, and the table
/// that it answers a status query with. Questions say nothing about who asks.
/// </summary>
internal sealed class NetbiosFacts(NetworkAddress sender)
{
    /// <summary>Own host names told of by one message.</summary>
    public const int MaxHostNames = 4;

    /// <summary>Name of a workstation; the workgroup's when it is a group name.</summary>
    public const byte Workstation = 0x00;

    /// <summary>Name of a file server.</summary>
    public const byte FileServer = 0x20;

    /// <summary>Internet Information Services registers the host name with this before it, as a name of its own.</summary>
    private const string ServicePrefix = "IS~";

    private readonly List<DeviceFact> _facts = [];
    private readonly List<GivenName> _names = [];
    private NetworkAddress _ownAddress;

    /// <summary>Makes the content of a message from <paramref name="sender"/>.</summary>
    public static DiscoveryContent<NetbiosMessage> Read(NetbiosMessage message, NetworkAddress sender, in NetbiosMessageReader reader)
    {
        var facts = new NetbiosFacts(sender);
        facts.ReadRecords(message);
        return new DiscoveryContent<NetbiosMessage>
        {
            Message = message,
            Sender = sender,
            Fault = reader.Fault,
            IsCut = reader.IsCut,
            Facts = [.. facts._facts],
            HostNames = [.. facts._names],
            OwnAddress = facts._ownAddress,
        };
    }

    /// <summary>True for suffixes whose unique names are names of the host.</summary>
    public static bool IsHostName(NetbiosName name) =>
        name.Suffix is Workstation or FileServer && name.Name.Length > 0 && !name.Name.StartsWith(ServicePrefix, StringComparison.Ordinal);

    private void ReadRecords(NetbiosMessage message)
    {
        var isClaim = !message.IsResponse && message.Operation is NetbiosOperation.Registration or NetbiosOperation.MultihomedRegistration
            or NetbiosOperation.Refresh or NetbiosOperation.RefreshAlternative;
        var isAnswer = message is { IsResponse: true, Operation: NetbiosOperation.Query, ResponseCode: 0 };
        if (!isClaim && !isAnswer) return;
        foreach (var record in message.Records)
        {
            var isSenders = record.Addresses.Contains(sender);
            if (record.Type == NetbiosMessageReader.NameType && (isClaim || isSenders)) AddOwn(record.Name, record.IsGroup);
            if (isSenders && !record.IsGroup) _ownAddress = sender;
            if (isAnswer)
                foreach (var (name, isGroup) in record.NodeNames) AddOwn(name, isGroup);
        }
    }

    private void AddOwn(NetbiosName name, bool isGroup)
    {
        if (isGroup && name.Suffix == Workstation) return;
        var fact = new DeviceFact(FactKind.NetbiosService, name.Suffix.ToString("x2", CultureInfo.InvariantCulture));
        if (!_facts.Contains(fact)) _facts.Add(fact);
        if (isGroup || !IsHostName(name) || _names.Count == MaxHostNames) return;
        var given = new GivenName(name.Name, HostNameSource.Netbios);
        if (!_names.Contains(given)) _names.Add(given);
    }
}
