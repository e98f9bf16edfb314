using System.Collections.Frozen;

namespace ActorFingerprint.Protocols.Http;

/// <summary>
/// How p0f's notation treats fields by name (its README, "HTTP traffic"): names are compared as they are spelled, because the spelling
/// tells implementations apart.
/// </summary>
internal static class HttpFieldNames
{
    /// <summary>Fields whose absence in a request says something, in the order of the notation.</summary>
    public static readonly byte[][] CommonInRequests = Names(
        "Host", "User-Agent", "Connection", "Accept", "Accept-Encoding", "Accept-Language", "Accept-Charset", "Keep-Alive");

    /// <summary>Fields whose absence in an answer says something, in the order of the notation.</summary>
    public static readonly byte[][] CommonInResponses = Names("Content-Type", "Connection", "Keep-Alive", "Accept-Ranges", "Date");

    private static readonly FrozenSet<string> OptionalInRequests = FrozenSet.Create(
        "Cookie", "Referer", "Origin", "Range", "If-Modified-Since", "If-None-Match", "Via", "X-Forwarded-For", "Authorization",
        "Proxy-Authorization", "Cache-Control");

    private static readonly FrozenSet<string> OptionalInResponses = FrozenSet.Create(
        "Set-Cookie", "Last-Modified", "ETag", "Content-Length", "Content-Disposition", "Cache-Control", "Expires", "Pragma", "Location",
        "Refresh", "Content-Range", "Vary");

    private static readonly FrozenSet<string> WithoutValueInRequests = FrozenSet.Create("Host", "User-Agent");

    private static readonly FrozenSet<string> WithoutValueInResponses = FrozenSet.Create("Date", "Content-Type", "Server");

    /// <summary>Fields whose values are those of the software, not of its user: the only values that are kept of a device.</summary>
    private static readonly FrozenSet<string> WithSoftwareValue = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Ranges", "Connection",
        "DNT", "Icy-MetaData", "Keep-Alive", "MIME-Version", "Proxy-Connection", "TE", "Transfer-Encoding", "UA-CPU", "UA-OS", "Upgrade",
        "Upgrade-Insecure-Requests", "X-AspNet-Version", "X-Powered-By", "X-Requested-With");

    /// <summary>Comes and goes from message to message: marked with <c>?</c>, and its value left out.</summary>
    public static bool IsOptional(ReadOnlySpan<char> name, bool isResponse) =>
        Contains(isResponse ? OptionalInResponses : OptionalInRequests, name);

    /// <summary>Its value is left out of the notation: it varies, or stands elsewhere.</summary>
    public static bool IsWithoutValue(ReadOnlySpan<char> name, bool isResponse) =>
        Contains(isResponse ? WithoutValueInResponses : WithoutValueInRequests, name);

    /// <summary>Its value may be kept as a fact about a device.</summary>
    public static bool IsSoftwareValue(ReadOnlySpan<char> name) => Contains(WithSoftwareValue, name);

    private static bool Contains(FrozenSet<string> names, ReadOnlySpan<char> name) =>
        names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    private static byte[][] Names(params string[] names) => [.. names.Select(System.Text.Encoding.ASCII.GetBytes)];
}
