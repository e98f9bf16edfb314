using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>What a shard has to overwrite in the journal for an erasure or the retention, with the event that says so.</summary>
/// <param name="Rewrites">Payloads to overwrite.</param>
/// <param name="Mentioned">Other devices whose events named the erased one: their snapshots go, and their actors must be loaded anew.</param>
/// <param name="Event">The event to append in the same transaction.</param>
internal sealed record Overwriting(IReadOnlyList<Rewrite> Rewrites, IReadOnlyList<string> Mentioned, NewEvent Event);

/// <summary>Plans erasure and retention of one device of a shard over what is stored (design §6).</summary>
internal sealed class DeviceOverwriting(IJournal journal, string shardPersistenceId)
{
    /// <summary>Journal events read at once.</summary>
    private const int Page = 1000;

    /// <summary>
    /// Everything stored of the device: its events, its part of the shard's rows, and events of others that name it. Reads the whole
    /// journal.
    /// </summary>
    public async Task<Overwriting> EraseAsync(DeviceActor actor, DeviceEvent erased)
    {
        var own = new List<StoredEvent>();
        var others = new List<Rewrite>();
        for (var after = 0L; await journal.ReadAsync(after, Page, CancellationToken.None) is { Count: > 0 } page; after = page[^1].Ordering)
        {
            foreach (var stored in page)
            {
                if (stored.PersistenceId == actor.PersistenceId) own.Add(stored);
                else if (stored.PersistenceId == shardPersistenceId) Add(others, ErasurePlan.ForShardRow(stored, actor.PersistenceId));
                else Add(others, ErasurePlan.ForMention(stored, actor.State.FirstSeen!.Device));
            }
        }
        var mentioned = others.Select(rewrite => rewrite.PersistenceId)
            .Where(id => id.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);
        return new Overwriting([.. ErasurePlan.ForDevice(own), .. others], [.. mentioned], Next(actor, erased));
    }

    /// <summary>What the retention forgets: values in the device's events, counts and names in the shard's rows.</summary>
    public async Task<Overwriting> RetainAsync(DeviceActor actor, DeviceEvent.RetentionApplied applied)
    {
        var next = Next(actor, applied);
        var own = await AllAsync(actor.PersistenceId);
        own.Add(new StoredEvent(long.MaxValue, next.PersistenceId, next.SequenceNumber, next.Manifest, next.Payload, 0, "", next.Tag));
        var plan = RetentionPlan.Of(own)!;
        var rewrites = plan.Events.ToList();
        var plans = new Dictionary<string, RetentionPlan>(StringComparer.Ordinal) { [actor.PersistenceId] = plan };
        foreach (var row in await AllAsync(shardPersistenceId)) Add(rewrites, RetentionPlan.ForShardRow(row, plans));
        return new Overwriting(rewrites, [], next);
    }

    private static NewEvent Next(DeviceActor actor, DeviceEvent @event)
    {
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        return new NewEvent(actor.PersistenceId, actor.SequenceNumber + 1, manifest, payload, "device");
    }

    private static void Add(List<Rewrite> rewrites, Rewrite? rewrite)
    {
        if (rewrite is { } found) rewrites.Add(found);
    }

    private async Task<List<StoredEvent>> AllAsync(string persistenceId)
    {
        var all = new List<StoredEvent>();
        await foreach (var stored in journal.ReplayAsync(persistenceId, 1, CancellationToken.None)) all.Add(stored);
        return all;
    }
}
