using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Node.Http;

/// <summary><c>/api/fingerprints/lookup</c>: what values tell, without a device.</summary>
internal static class LookupEndpoints
{
    private const int MaxLength = 1024;

    public static void MapLookup(this IEndpointRouteBuilder routes) => routes.MapGet("/api/fingerprints/lookup", LookupAsync)
        .WithTags("fingerprints").WithMetadata(AccessRule.Read).WithSummary("What a DHCP list, JA3, JA4 or MAC address tells")
        .Produces<LookupResource>().ProducesProblem(400).ProducesProblem(503).ProducesProblem(504);

    private static async Task<IResult> LookupAsync(
        HttpServices services, string? mac, string? dhcp, string? message, string? vendorClass, string? ja3, string? ja4, CancellationToken stop)
    {
        if (services.Engine.Lookup is not { IsReady: true } lookup)
            return Problems.NoDatabase(services.Engine.Signatures);
        var address = MacAddress.None;
        if (!string.IsNullOrEmpty(mac) && !MacAddress.TryParse(mac, out address)) return Problems.Invalid("mac is a MAC address in any spelling");
        if (message is not (null or "" or "discover" or "request" or "inform")) return Problems.Invalid("message is discover, request or inform");
        if (((string?[])[mac, dhcp, vendorClass, ja3, ja4]).All(string.IsNullOrEmpty))
            return Problems.Invalid("give one or more of mac, dhcp, vendorClass, ja3 and ja4");
        if (((string?[])[dhcp, vendorClass, ja3, ja4]).Any(text => text?.Length > MaxLength)) return Problems.Invalid($"a value has at most {MaxLength} characters");
        var query = new LookupQuery { Mac = address, DhcpList = dhcp, MessageType = message ?? "", VendorClass = vendorClass, Ja3 = ja3, Ja4 = ja4 };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(services.Options.Identification.LookupTimeout);
        try
        {
            return Results.Json(LookupResource.Of(await lookup.FindAsync(query, patience.Token)), ApiJson.Default.LookupResource);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Problems.Result(504, "LOOKUP_TIMEOUT", "the API gave no answer within identification.lookup-timeout; ask again later");
        }
    }
}

/// <summary>Answer of a lookup.</summary>
/// <param name="Source">Who answered: <c>cache</c>, <c>localDHCP</c>, <c>localJA3</c>, <c>localOUI</c>, <c>fingerbankAPI</c> or <c>none</c>.</param>
/// <param name="Confidence">Confidence of the first candidate, 0 to 1.</param>
/// <param name="Candidates">The best first.</param>
public sealed record LookupResource(string Source, double Confidence, IReadOnlyList<LookupCandidateResource> Candidates)
{
    /// <summary>From a result.</summary>
    public static LookupResource Of(LookupResult result) => new(
        StoredNames.Of(result.Source), result.Confidence,
        [.. result.Candidates.Select(found => new LookupCandidateResource(found.Device, DeviceTypes.Name(found.Type), found.Confidence, found.Rule, StoredNames.Of(found.Quality)))]);
}

/// <summary>A kind of device that was found, and by what.</summary>
public sealed record LookupCandidateResource(string Device, string Type, double Confidence, string Rule, string Quality);
