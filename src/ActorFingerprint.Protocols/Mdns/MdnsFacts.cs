using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Dns;

namespace ActorFingerprint.Protocols.Mdns;

/// <summary>
/// What a message tells of its sender: an announcement its services and names, a question its interest, a probe its names. What it
/// answers for others is no fact about itself but that it does so.
/// </summary>
internal sealed class MdnsFacts
{
    /// <summary>Service types told of by one message.</summary>
    public const int MaxServices = 24;

    /// <summary>TXT pairs told of by one message.</summary>
    public const int MaxPairs = 32;

    /// <summary>Names of other hosts told of by one message.</summary>
    public const int MaxProxied = 8;

    /// <summary>Own host names told of by one message.</summary>
    public const int MaxHostNames = 4;

    private readonly List<DeviceFact> _facts = [];
    private readonly HashSet<DeviceFact> _seen = [];
    private readonly DnsMessage _message;

    private MdnsFacts(DnsMessage message) => _message = message;

    /// <summary>Makes the content of a message from <paramref name="sender"/>.</summary>
    public static DiscoveryContent<DnsMessage> Read(DnsMessage message, NetworkAddress sender, in DnsMessageReader reader)
    {
        var facts = new MdnsFacts(message);
        var hosts = new MdnsHosts(message.Records.Where(record => message.IsResponse || record.Section == DnsSection.Authority), sender);
        if (message.IsResponse) facts.ReadAnnouncement(hosts);
        else if (!message.IsProbe) facts.ReadQuestions();
        GivenName[] names =
            [.. hosts.Own.Take(MaxHostNames).Select(name => new GivenName(ServiceName.WithoutDomain(name), HostNameSource.Mdns))];
        return new DiscoveryContent<DnsMessage>
        {
            Message = message,
            Sender = sender,
            Fault = reader.Fault,
            IsCut = reader.IsCut,
            Facts = [.. facts._facts],
            HostNames = names,
            OwnAddress = names.Length > 0 ? sender : default,
        };
    }

    private void ReadAnnouncement(MdnsHosts hosts)
    {
        HashSet<string> foreign = new(StringComparer.OrdinalIgnoreCase);
        foreach (var record in _message.Records)
            if (record is { Type: DnsType.Srv, Target: { } host } && hosts.IsOther(host)) foreign.Add(record.Name);
        if (!hosts.AreAllOthers)
        {
            ReadServices(foreign);
            ReadPairs(foreign);
        }
        foreach (var name in hosts.Others.Take(MaxProxied)) Add(FactKind.MdnsProxy, ServiceName.WithoutDomain(name));
    }

    private void ReadServices(HashSet<string> foreign)
    {
        foreach (var record in _message.Records)
        {
            if (_facts.Count >= MaxServices) return;
            if (record.TimeToLive != 0 && TypeOf(record, foreign) is { } type) Add(FactKind.MdnsService, type);
        }
    }

    /// <summary>The service type that a record announces, or null.</summary>
    private static string? TypeOf(DnsRecord record, HashSet<string> foreign)
    {
        if (!ServiceName.TryParse(record.Name, out var service) || foreign.Contains(record.Name)) return null;
        switch (record.Type)
        {
            case DnsType.Ptr when service.IsEnumeration:
                return record.Target is { } announced && ServiceName.TryParse(announced, out var type) ? type.Type : null;
            case DnsType.Ptr when service.IsType:
                return record.Target is null || foreign.Contains(record.Target) ? null : service.Type;
            case DnsType.Srv or DnsType.Txt when service.Prefix.Length > 0 && service.Type != ServiceName.Discovery:
                return service.Type;
            default:
                return null;
        }
    }

    private void ReadPairs(HashSet<string> foreign)
    {
        var limit = _facts.Count + MaxPairs;
        foreach (var record in _message.Records)
        {
            if (record.Text is null || record.TimeToLive == 0 || foreign.Contains(record.Name)) continue;
            if (!ServiceName.TryParse(record.Name, out var service)) continue;
            foreach (var pair in TextPair.Of(record.Text))
            {
                if (_facts.Count >= limit) return;
                if (!TextPair.IsPassing(service.Type, pair)) Add(FactKind.MdnsText, $"{service.Type} {pair}");
            }
        }
    }

    private void ReadQuestions()
    {
        foreach (var question in _message.Questions)
        {
            if (_facts.Count >= MaxServices) return;
            if (!ServiceName.TryParse(question.Name, out var service)) continue;
            if (service.IsEnumeration) Add(FactKind.MdnsQuery, $"_services.{ServiceName.Discovery}");
            else if (service.Type != ServiceName.Discovery) Add(FactKind.MdnsQuery, service.Type);
        }
    }

    private void Add(FactKind kind, string value)
    {
        var fact = new DeviceFact(kind, FactText.Bounded(value));
        if (_seen.Add(fact)) _facts.Add(fact);
    }
}
