using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Fingerbank;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>Which questions lack an answer: those about devices of the read side, most recently seen first, then those of the seed.</summary>
internal sealed class DeviceQuestions(
    IDeviceReadModel devices, FingerbankCache cache, IReadOnlySet<ApiField> fields, TimeProvider time)
{
    /// <summary>Devices listed at once.</summary>
    private const int Page = 1000;

    /// <summary>Everything that lacks an answer, at most as many devices as can wait.</summary>
    public async IAsyncEnumerable<(ApiQuestion Question, SyncPriority Priority)> GatherAsync([EnumeratorCancellation] CancellationToken stop)
    {
        for (var offset = 0; offset < SyncPlan.QueueCapacity; offset += Page)
        {
            var query = new DeviceQuery { Sort = "last_seen", Descending = true, Offset = offset, Limit = Page };
            var (rows, _) = await devices.ListAsync(query, stop);
            foreach (var row in rows)
                if (DeviceKey.TryParse(row.Key, out var key) && await AboutAsync(key, stop) is { } wanted)
                    yield return wanted;
            if (rows.Count < Page) break;
        }
        if (!fields.Contains(ApiField.DhcpFingerprint)) yield break;
        foreach (var entry in FingerbankSeed.Entries)
            if (cache.Peek(entry.Question) is { IsSeed: true }) yield return (entry.Question, SyncPriority.Preload);
    }

    /// <summary>The question about a device, and how much it is wanted; null when there is nothing to ask, or an answer is there.</summary>
    public async Task<(ApiQuestion Question, SyncPriority Priority)?> AboutAsync(DeviceKey device, CancellationToken stop)
    {
        if (device.Kind != DeviceKeyKind.Mac) return null;
        if (ApiQuestion.Of(device.Mac, await DeviceSignals.ReadAsync(devices, device, stop), fields) is not { } question) return null;
        if (cache.Peek(question) is not { } known) return (question, SyncPriority.New);
        var now = time.GetUtcNow().UtcTicks;
        var expires = known.ExpiresAtTicks - now <= SyncPlan.SyncAge.Ticks;
        var isOutdated = !known.IsForSameSignals && now - known.FetchedAtTicks > SyncPlan.SyncAge.Ticks;
        return expires || isOutdated ? (question, SyncPriority.Stale) : null;
    }
}
