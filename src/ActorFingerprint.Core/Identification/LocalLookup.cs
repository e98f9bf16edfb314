using System.Text.Json.Serialization;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Vendors;

namespace ActorFingerprint.Core.Identification;

/// <summary>Who answered a lookup.</summary>
public enum LookupSource : byte
{
    /// <summary>Nobody knows.</summary>
    [JsonStringEnumMemberName("none")]
    None,
    /// <summary>A reply of the API from before.</summary>
    [JsonStringEnumMemberName("cache")]
    Cache,
    /// <summary>DHCP lists and vendor classes of the databases.</summary>
    [JsonStringEnumMemberName("localDHCP")]
    LocalDhcp,
    /// <summary>JA3 and JA4 values of the databases.</summary>
    [JsonStringEnumMemberName("localJA3")]
    LocalJa3,
    /// <summary>The vendor of the MAC address prefix.</summary>
    [JsonStringEnumMemberName("localOUI")]
    LocalOui,
    /// <summary>The API, asked now.</summary>
    [JsonStringEnumMemberName("fingerbankAPI")]
    FingerbankApi,
}

/// <summary>What is known of a device that is looked up; at least one member is.</summary>
public sealed record LookupQuery
{
    /// <summary>MAC address.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>DHCP option 55 in wire order.</summary>
    public string? DhcpList { get; init; }

    /// <summary>Message type that the list came in: <c>discover</c>, <c>request</c>, <c>inform</c>, or empty.</summary>
    public string MessageType { get; init; } = "";

    /// <summary>DHCP option 60.</summary>
    public string? VendorClass { get; init; }

    /// <summary>JA3 hash.</summary>
    public string? Ja3 { get; init; }

    /// <summary>JA4.</summary>
    public string? Ja4 { get; init; }
}

/// <summary>A kind of device that a lookup found.</summary>
/// <param name="Device">Path from the root.</param>
/// <param name="Type">Type; unknown when the entry tells none.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Rule">What matched.</param>
/// <param name="Quality">How well.</param>
public sealed record LookupCandidate(string Device, DeviceType Type, double Confidence, string Rule, MatchQuality Quality);

/// <summary>Answer of a lookup: who answered, how sure, and all candidates, the best first.</summary>
/// <param name="Source">Who answered.</param>
/// <param name="Confidence">Confidence of the first candidate, 0 to 1; 0 without any.</param>
/// <param name="Candidates">At most <see cref="LocalLookup.MaxCandidates"/>.</param>
public sealed record LookupResult(LookupSource Source, double Confidence, IReadOnlyList<LookupCandidate> Candidates)
{
    /// <summary>Nobody knows.</summary>
    public static LookupResult None { get; } = new(LookupSource.None, 0, []);
}

/// <summary>
/// The offline part of a lookup, in the specified order: DHCP, then JA3 and JA4, then the MAC address prefix; the first that knows anything
/// answers.
/// </summary>
public sealed class LocalLookup(ISignatureSource signatures)
{
    /// <summary>Candidates told.</summary>
    public const int MaxCandidates = 10;

    /// <summary>Confidence of an exact, unambiguous DHCP match.</summary>
    public const double DhcpConfidence = .85;

    /// <summary>Confidence of a JA3 or a JA4 match.</summary>
    public const double TlsConfidence = .80;

    /// <summary>Confidence of a JA3 and a JA4 match that agree.</summary>
    public const double BothTlsConfidence = .90;

    /// <summary>Confidence of a vendor by prefix: it names the maker of the network interface.</summary>
    public const double OuiConfidence = .30;

    /// <summary>The answer.</summary>
    public LookupResult Find(LookupQuery query) => FindDhcp(query) ?? FindTls(query) ?? FindVendor(query.Mac) ?? LookupResult.None;

    /// <summary>
    /// The list first; a vendor class alone when no list matches. Each of several devices that share the list gets its part of the
    /// confidence, unless the vendor class is one that the signature expects.
    /// </summary>
    private LookupResult? FindDhcp(LookupQuery query)
    {
        IReadOnlyList<SignatureHit> hits = query.DhcpList is { Length: > 0 } list ? signatures.Find(SignatureKind.DhcpList, list, query.MessageType) : [];
        if (query.VendorClass is { Length: > 0 } vendorClass)
        {
            var fitting = hits.Where(hit => hit.Signature.VendorPatterns.Any(prefix => vendorClass.StartsWith(prefix, StringComparison.Ordinal))).ToList();
            if (fitting.Count > 0) hits = fitting;
            else if (hits.Count == 0) hits = signatures.Find(SignatureKind.DhcpVendorClass, vendorClass);
        }
        if (hits.Count == 0) return null;
        var rivals = hits.Where(hit => hit.Quality == hits[0].Quality).Select(hit => hit.Signature.Device.Path).Distinct().Count();
        return Answer(LookupSource.LocalDhcp, hits, hit => DhcpConfidence * SignatureHit.Share(hit.Quality) / rivals);
    }

    private LookupResult? FindTls(LookupQuery query)
    {
        IReadOnlyList<SignatureHit> ja3 = query.Ja3 is { Length: > 0 } hash ? signatures.Find(SignatureKind.Ja3, hash) : [];
        IReadOnlyList<SignatureHit> ja4 = query.Ja4 is { Length: > 0 } text ? signatures.Find(SignatureKind.Ja4, text) : [];
        if (ja3.Count + ja4.Count == 0) return null;
        var both = ja3.Select(hit => hit.Signature.Device.Path).Intersect(ja4.Select(hit => hit.Signature.Device.Path)).ToHashSet(StringComparer.Ordinal);
        return Answer(LookupSource.LocalJa3, [.. ja4, .. ja3], hit => both.Contains(hit.Signature.Device.Path) ? BothTlsConfidence : TlsConfidence);
    }

    private LookupResult? FindVendor(MacAddress mac)
    {
        if (!mac.IsUnicast || mac.IsLocallyAdministered) return null;
        foreach (var digits in Clue.PrefixDigits)
        {
            var hits = signatures.Find(SignatureKind.Oui, Clue.Prefix(mac, digits));
            if (hits.Count > 0) return Answer(LookupSource.LocalOui, hits, _ => OuiConfidence);
        }
        return VendorTable.Embedded.Find(mac) is { } vendor
            ? new LookupResult(LookupSource.LocalOui, OuiConfidence,
                [new LookupCandidate(DevicePath.Of("Hardware manufacturer", vendor), DeviceType.Unknown, OuiConfidence, vendor, MatchQuality.Exact)])
            : null;
    }

    private static LookupResult Answer(LookupSource source, IReadOnlyList<SignatureHit> hits, Func<SignatureHit, double> confidenceOf)
    {
        var candidates = hits
            .Select(hit => new LookupCandidate(
                hit.Signature.Device.Path, hit.Signature.Device.Type, Math.Round(confidenceOf(hit), 3), hit.Signature.Pattern, hit.Quality))
            .DistinctBy(candidate => candidate.Device)
            .OrderByDescending(candidate => candidate.Confidence)
            .Take(MaxCandidates).ToList();
        return new LookupResult(source, candidates[0].Confidence, candidates);
    }
}
