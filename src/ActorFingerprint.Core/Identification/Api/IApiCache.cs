using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Identification.Api;

/// <summary>An answer of the API that was kept.</summary>
/// <param name="Device">What the API said; null when it said that it knows nothing of such a device (404).</param>
/// <param name="FetchedAtTicks">When it was asked, UTC ticks; 0 for an entry of the seed, which no API gave.</param>
/// <param name="ExpiresAtTicks">When it is forgotten, UTC ticks.</param>
/// <param name="IsForSameSignals">False when the device has shown other signals since: still an answer about it, but an older one.</param>
public sealed record CachedAnswer(ApiDevice? Device, long FetchedAtTicks, long ExpiresAtTicks, bool IsForSameSignals)
{
    /// <summary>It comes from the seed.</summary>
    public bool IsSeed => FetchedAtTicks == 0;
}

/// <summary>Answers of the API that were kept: asked first, without leaving the machine. Any thread may ask.</summary>
public interface IApiCache
{
    /// <summary>
    /// The answer for a device, for these signals if there is one, else its newest; null when there is none or it has expired. In memory:
    /// takes about a microsecond.
    /// </summary>
    CachedAnswer? Find(MacAddress mac, string signalHash);

    /// <summary>The answer for a DHCP list that belongs to no device in particular: a seed, or what the API said of it.</summary>
    CachedAnswer? FindCommon(string dhcpFingerprint);
}
