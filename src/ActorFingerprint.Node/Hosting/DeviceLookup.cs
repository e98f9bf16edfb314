using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Fingerbank;
using ActorFingerprint.Persistence.Signatures.Import;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What a lookup needs of the API.</summary>
/// <param name="Cache">Answers that were kept.</param>
/// <param name="Interrogation">Asks.</param>
/// <param name="Fields">What may be sent.</param>
public sealed record ApiAccess(IApiCache Cache, IDeviceInterrogation Interrogation, IReadOnlySet<ApiField> Fields);

/// <summary>
/// Lookups in the specified order, offline first: answers of the API that were kept, DHCP, JA3 and JA4, the vendor of the address; last the
/// API itself, when it is on and nothing before it knew anything.
/// </summary>
/// <param name="local">The databases of this machine; null when none is loaded.</param>
/// <param name="api">The API, when it is on.</param>
public sealed class DeviceLookup(LocalLookup? local, ApiAccess? api)
{
    /// <summary>False when no database is loaded: nothing can be looked up then.</summary>
    public bool IsReady => local is not null;

    /// <summary>
    /// The answer. Throws <see cref="OperationCanceledException"/> when <paramref name="stop"/> ends the wait for the API.
    /// </summary>
    /// <exception cref="InvalidOperationException">No database is loaded: ask <see cref="IsReady"/> first.</exception>
    public async Task<LookupResult> FindAsync(LookupQuery query, CancellationToken stop)
    {
        if (local is null) throw new InvalidOperationException("no signature database is loaded");
        var question = api is null ? null : ApiQuestion.Of(query.Mac, SignalsOf(query), api.Fields);
        if (question is not null && KeptAnswer(query, question) is { } kept) return Result(LookupSource.Cache, kept);
        if (local.Find(query) is { Source: not LookupSource.None } found) return found;
        if (question is null) return LookupResult.None;
        var answer = await api!.Interrogation.AskAsync(question, stop);
        return answer.Device is { } device ? Result(LookupSource.FingerbankApi, device) : LookupResult.None;
    }

    /// <summary>What the API said of a device and still holds; null when it is off, was not asked or knew nothing.</summary>
    public async Task<ExternalAnswer?> AnswerAsync(DeviceKey device, IDeviceReadModel devices, CancellationToken stop)
    {
        if (api is null || device.Kind != DeviceKeyKind.Mac) return null;
        var question = ApiQuestion.Of(device.Mac, await DeviceSignals.ReadAsync(devices, device, stop), api.Fields);
        return question is not null && api.Cache.Find(device.Mac, question.SignalHash) is { Device: { } known } answer
            ? new ExternalAnswer(DeviceOf(known), known.Score, answer.FetchedAtTicks)
            : null;
    }

    private ApiDevice? KeptAnswer(LookupQuery query, ApiQuestion question)
    {
        if (query.Mac.IsUnicast && api!.Cache.Find(query.Mac, question.SignalHash) is { Device: { } device }) return device;
        return question.DhcpFingerprint is { } list ? api!.Cache.FindCommon(list)?.Device : null;
    }

    private static ApiSignals SignalsOf(LookupQuery query) => new() { DhcpFingerprint = query.DhcpList, DhcpVendor = query.VendorClass };

    private static LookupResult Result(LookupSource source, ApiDevice device)
    {
        var confidence = device.Score / 100.0;
        var known = DeviceOf(device);
        return new LookupResult(source, confidence, [new LookupCandidate(known.Path, known.Type, confidence, known.Path, MatchQuality.Exact)]);
    }

    /// <summary>The nearest name that says something decides: the API's paths go from the general to the particular.</summary>
    private static SignatureDevice DeviceOf(ApiDevice device)
    {
        string?[] names = [.. device.Path.Reverse()];
        return new SignatureDevice(DevicePath.Of([.. device.Path]))
        {
            Type = DeviceWords.TypeOf(names),
            Vendor = DeviceWords.VendorOf(names),
            Os = DeviceWords.OsOf(names),
        };
    }
}
