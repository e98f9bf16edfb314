using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Persistence.Signatures;

namespace ActorFingerprint.Node.Http;

/// <summary>A signature that a value meets.</summary>
public sealed record MatchResource(
    string Kind, string Device, string Type, string? Vendor, string? Model, string? Os, double Confidence, string Rule, string Match, string Quality,
    string Origin)
{
    /// <summary>From a hit.</summary>
    public static MatchResource Of(SignatureHit hit)
    {
        var (signature, device) = (hit.Signature, hit.Signature.Device);
        return new MatchResource(
            StoredNames.Of(signature.Kind), device.Path, DeviceTypes.Name(device.Type), device.Vendor, hit.Model, device.Os, Math.Round(hit.Confidence, 3),
            signature.Pattern, StoredNames.Of(signature.Match), StoredNames.Of(hit.Quality), signature.Origin);
    }
}

/// <summary>Looks a single value up.</summary>
internal static class LookupValue
{
    /// <summary>
    /// The signatures that the value meets. Without a kind all kinds are asked; a MAC address is asked for as its prefixes, its vendor and
    /// its form.
    /// </summary>
    public static IReadOnlyList<MatchResource> Find(ISignatureSource source, string value, string? kind, string message)
    {
        if (kind is not null && StoredNames.TryParse(kind, out SignatureKind known)) return [.. source.Find(known, value, message).Select(MatchResource.Of)];
        if (MacAddress.TryParse(value, out var mac)) return [.. FindMac(source, mac), .. VendorOf(mac)];
        return [.. Enum.GetValues<SignatureKind>().SelectMany(each => source.Find(each, value, message)).Select(MatchResource.Of)];
    }

    private static IEnumerable<MatchResource> FindMac(ISignatureSource source, MacAddress mac)
    {
        List<Clue> clues = [];
        Clue.Collect(mac, 0, clues);
        return clues.SelectMany(clue => source.Find(clue.Kind, clue.Value)).Select(MatchResource.Of);
    }

    private static IEnumerable<MatchResource> VendorOf(MacAddress mac) => Core.Vendors.VendorTable.Embedded.Find(mac) is { } vendor
        ? [new MatchResource("oui", DevicePath.Of("Hardware manufacturer", vendor), "unknown", vendor, null, null, LocalLookup.OuiConfidence, vendor, "prefix", "exact", "ieee")]
        : [];
}

/// <summary>The signature databases in use.</summary>
/// <param name="Problem">Why one is missing.</param>
/// <param name="Databases">Those that are loaded.</param>
/// <param name="LoadMilliseconds">How long loading took.</param>
public sealed record DatabaseResource(string? Problem, IReadOnlyList<SignatureDatabaseInfo> Databases, double LoadMilliseconds)
{
    /// <summary>From the loaded ones.</summary>
    public static DatabaseResource Of(SignatureBases bases) => new(bases.Problem, bases.Infos, Math.Round(bases.LoadTime.TotalMilliseconds, 1));
}
