using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ssdp;

/// <summary>What an SSDP message tells of its sender: an advert what it is, a search what it looks for. A byebye tells nothing.</summary>
internal static class SsdpFacts
{
    private const string Uuid = "uuid:";
    private const string Everything = "ssdp:all";

    /// <summary>
    /// Makes the content of a message, the same of whoever sends it. As <see cref="DiscoveryContent{T}.OwnAddress"/> it has the address that the
    /// sender must have to be described at its location.
    /// </summary>
    public static DiscoveryContent<SsdpMessage> Read(SsdpMessage message, bool isCut)
    {
        var isAdvert = message.Kind is SsdpKind.Alive or SsdpKind.Update or SsdpKind.Answer;
        return new DiscoveryContent<SsdpMessage>
        {
            Message = message,
            IsCut = isCut,
            Facts = isAdvert ? OfAdvert(message) : message.Kind == SsdpKind.Search ? OfSearch(message) : [],
            OwnAddress = isAdvert && message.Location is { } location ? HostOf(location) : default,
        };
    }

    /// <summary>The address in the host part of a URL; none when it is a name.</summary>
    public static NetworkAddress HostOf(ReadOnlySpan<char> url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0) return default;
        var host = url[(start + 3)..];
        if (host.IndexOf('/') is var path and >= 0) host = host[..path];
        if (host.StartsWith('['))
            host = host.IndexOf(']') is var bracket and > 0 ? host[1..bracket] : [];
        else if (host.IndexOf(':') is var port and >= 0)
            host = host[..port];
        return NetworkAddress.TryParse(host, out var address) ? address : default;
    }

    private static DeviceFact[] OfAdvert(SsdpMessage message)
    {
        List<DeviceFact> facts = [];
        Add(facts, FactKind.SsdpServer, message.Server);
        var type = message.Kind == SsdpKind.Answer ? message.SearchTarget : message.NotificationType;
        if (type is not null && !type.StartsWith(Uuid, StringComparison.OrdinalIgnoreCase)) Add(facts, FactKind.SsdpType, type);
        Add(facts, FactKind.SsdpLocation, message.Location);
        Add(facts, FactKind.SsdpUuid, UuidOf(message.UniqueServiceName));
        return [.. facts];
    }

    private static DeviceFact[] OfSearch(SsdpMessage message)
    {
        List<DeviceFact> facts = [];
        if (!Everything.Equals(message.SearchTarget, StringComparison.OrdinalIgnoreCase))
            Add(facts, FactKind.SsdpSearch, message.SearchTarget);
        Add(facts, FactKind.SsdpUserAgent, message.UserAgent);
        return [.. facts];
    }

    private static string? UuidOf(string? uniqueServiceName)
    {
        if (uniqueServiceName is null || !uniqueServiceName.StartsWith(Uuid, StringComparison.OrdinalIgnoreCase)) return null;
        var uuid = uniqueServiceName[Uuid.Length..];
        return uuid.IndexOf("::", StringComparison.Ordinal) is var end and >= 0 ? uuid[..end] : uuid;
    }

    private static void Add(List<DeviceFact> facts, FactKind kind, string? value)
    {
        if (value is { Length: > 0 }) facts.Add(new DeviceFact(kind, FactText.Bounded(value)));
    }
}
