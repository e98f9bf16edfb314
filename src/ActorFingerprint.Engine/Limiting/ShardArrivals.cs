using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// Entities on their way into a shard's memory: new, from the journal, or carried over from the previous generation (AF-1 §5.2). Who needs
/// one waits here; the shard goes on with others. Belongs to whoever owns the shard.
/// </summary>
internal sealed class ShardArrivals(LimiterShard shard, LimiterEntities entities, LimiterContext context)
{
    private readonly Dictionary<LimiterKey, List<LimiterMessage>> _awaited = [];
    private int _waiting;
    private int _incarnation;
    private long _epoch, _begun;
    private Task<long>? _claim;
    private ShardWindows? _windows;

    /// <summary>The epoch in which the shard was claimed; 0 while it is not.</summary>
    public long Epoch => _epoch;

    /// <summary>What the shard's last owner left and no entity has needed yet; null for nothing.</summary>
    public ShardWindows? Windows => _windows;

    /// <summary>Nobody waits.</summary>
    public bool IsIdle => _awaited.Count == 0;

    /// <summary>True when the visit's entity is in memory now; else the visit waits here, or was dropped because too many wait.</summary>
    public bool TryBring(LimiterVisit visit, ref Outbox outbox)
    {
        var wanted = visit.Wanted;
        var key = wanted.Key.Current;
        var isAwaited = _awaited.TryGetValue(key, out var others);
        if (!isAwaited && wanted.Key.Previous.IsNone && MayBegin(key))
        {
            Add(new(wanted.Kind, key, wanted.NewState(), 0, 0), visit.At);
            return true;
        }
        if (_waiting >= context.Options.MailboxCapacity)
        {
            visit.Drop(ref outbox);
            return false;
        }
        _waiting++;
        if (isAwaited) others!.Add(visit);
        else
        {
            _awaited.Add(key, [visit]);
            Fetch(wanted, visit.At, ref outbox);
        }
        return false;
    }

    /// <summary>The shard lost its fence: what is on its way may be older than what another owner wrote.</summary>
    public void Restart() => (_incarnation, _epoch, _claim) = (_incarnation + 1, 0, null);

    /// <summary>The shard is this node's, under an epoch; with what its last owner left.</summary>
    public void Open(long epoch, ShardWindows? windows)
    {
        (_incarnation, _epoch, _claim) = (_incarnation + 1, epoch, Task.FromResult(epoch));
        (_windows, _begun) = (windows, context.Known.Begun);
    }

    /// <summary>The shard is not this node's any more: who waits goes to the owner.</summary>
    public void Close()
    {
        Restart();
        _windows = null;
        var waiting = _awaited.Values.SelectMany(w => w).ToArray();
        _awaited.Clear();
        _waiting = 0;
        foreach (var message in waiting) message.Elsewhere(shard);
    }

    /// <summary>Nothing will arrive any more.</summary>
    public void DropAll(ref Outbox outbox)
    {
        foreach (var waiting in _awaited.Values)
            foreach (var message in waiting) message.Drop(ref outbox);
        _awaited.Clear();
        _waiting = 0;
    }

    /// <summary>Windows that nobody took over do not matter for ever.</summary>
    public void Prune(long now)
    {
        if (_windows?.AreOver(now) == true) _windows = null;
    }

    /// <summary>An entity comes from the journal, or could not be read.</summary>
    public void Arrive(EntityArrived arrived, ref Outbox outbox)
    {
        var (wanted, at) = (arrived.Wanted, arrived.At);
        if (!_awaited.ContainsKey(wanted.Key.Current)) return; // the shard was not here for a while
        if (arrived.Incarnation != _incarnation) Fetch(wanted, at, ref outbox);
        else if (arrived.Entity is not { } entity) Release(wanted.Key.Current, Drop, ref outbox);
        else
        {
            _epoch = arrived.Epoch;
            if (entity.SequenceNumber > 0 || wanted.Key.Previous.IsNone) Admit(entity, at, ref outbox);
            else outbox.Add(new HandOver(wanted, at, _incarnation));
        }
    }

    /// <summary>
    /// Gives the state under a previous key away, in memory or from the journal. That entity is not used again; it stays in the journal,
    /// and of several nodes also here: not all of them need know the newer secrets yet, nor need the answer arrive.
    /// </summary>
    public void Give(HandOver handOver, ref Outbox outbox)
    {
        var previous = handOver.Wanted.Key.Previous;
        if (_awaited.TryGetValue(previous, out var others)) others.Add(handOver);
        else if (entities.Find(previous) is { IsHollow: false } held)
        {
            if (context.Relay is null) entities.Remove(previous);
            else held.IsGiven = true;
            outbox.Add(handOver.With(held.State));
        }
        else
        {
            var (wanted, left) = (handOver.Wanted, _windows?.Take(previous));
            if (context.Relay is not null && entities.Find(previous) is null)
                entities.Add(new(wanted.Kind, previous, wanted.NewState(), 0, 0) { IsGiven = true, IsHollow = true }, handOver.At);
            if (left is null && MayBegin(previous)) outbox.Add(handOver.With(null));
            else
            {
                var claim = Claim();
                _ = context.Scheduler.Start(() => LoadPreviousAsync(handOver, claim, left));
            }
        }
    }

    /// <summary>Once, in one event: the entity begins as its previous-generation namesake was.</summary>
    public void CarryOver(CarriedState carried, ref Outbox outbox)
    {
        var (wanted, at) = (carried.Wanted, carried.At);
        if (!_awaited.ContainsKey(wanted.Key.Current)) return;
        if (carried.Incarnation != _incarnation)
        {
            Fetch(wanted, at, ref outbox);
            return;
        }
        var entity = new LimiterEntity(wanted.Kind, wanted.Key.Current, wanted.NewState(), 0, 0);
        if (carried.Previous is { } previous)
        {
            var facts = previous.Facts(at);
            if (facts.Count > 0) shard.Log.Raise(entity.State, new LimiterEvent.CarriedOver(at, facts));
            entity.State.AdoptVolatile(previous);
            shard.Keep(entity, null);
        }
        Admit(entity, at, ref outbox);
    }

    /// <summary>
    /// Takes entities out of the journal that a sweep found to be past any lifetime, unless they are in use. Requests for them wait until
    /// that is done, and begin anew.
    /// </summary>
    public void Forget(ForgetEntities forget)
    {
        var expired = new List<StoredEntity>(forget.Candidates.Count);
        foreach (var candidate in forget.Candidates)
        {
            var key = candidate.Key;
            if (_awaited.ContainsKey(key)) continue;
            if (entities.Find(key) is { } held && (shard.HolderOf(held) is not null || held.State.ExpiresAt() > forget.At)) continue;
            entities.Remove(key);
            _awaited.Add(key, []);
            forget.Taken.Add(key);
            expired.Add(candidate);
        }
        forget.Incarnation = _incarnation;
        var claim = Claim();
        _ = context.Scheduler.Start(() => DeleteAsync(forget, expired, claim));
    }

    /// <summary>They are out of the journal, or could not be taken out.</summary>
    public void Forgotten(ForgetEntities forget, ref Outbox outbox)
    {
        if (context.Relay is not null && forget.Incarnation != _incarnation) return; // nobody waits for them here any more
        foreach (var key in forget.Taken) Release(key, Redeliver, ref outbox);
    }

    private delegate void Handling(LimiterMessage waiting, ref Outbox outbox);

    private bool MayBegin(LimiterKey key) => !context.Journal.KeepsEvents || (_epoch > 0 && context.Known.RulesOut(key, _begun));

    private void Fetch(EntityRef wanted, long at, ref Outbox outbox)
    {
        if (MayBegin(wanted.Key.Current)) outbox.Add(new HandOver(wanted, at, _incarnation));
        else
        {
            var (claim, incarnation) = (Claim(), _incarnation);
            _ = context.Scheduler.Start(() => LoadAsync(wanted, at, incarnation, claim));
        }
    }

    private void Admit(LimiterEntity entity, long at, ref Outbox outbox)
    {
        Add(entity, at);
        Release(entity.Key, Redeliver, ref outbox);
    }

    private void Add(LimiterEntity entity, long at)
    {
        if (_windows is { } windows) ShardWindows.Restore(entity, windows.Take(entity.Key));
        entities.Add(entity, at);
    }

    private static void Drop(LimiterMessage waiting, ref Outbox outbox) => waiting.Drop(ref outbox);

    private void Redeliver(LimiterMessage waiting, ref Outbox outbox) => waiting.Deliver(shard, ref outbox);

    private void Release(LimiterKey key, Handling handling, ref Outbox outbox)
    {
        if (!_awaited.Remove(key, out var waiting)) return;
        _waiting -= waiting.Count(message => message is LimiterVisit);
        var next = 0;
        try
        {
            while (next < waiting.Count) handling(waiting[next++], ref outbox);
        }
        catch
        {
            for (; next < waiting.Count; next++) waiting[next].Drop(ref outbox); // the shard stops; it does not know of them any more
            throw;
        }
    }

    private Task<long> Claim() => _claim is { IsFaulted: false, IsCanceled: false } claim
        ? claim
        : _claim = context.Scheduler.Start(
            () => context.Journal.ClaimShardAsync(LimiterManifests.Region, shard.Number, context.Options.Owner, CancellationToken.None));

    private async Task LoadAsync(EntityRef wanted, long at, int incarnation, Task<long> claim)
    {
        var arrived = new EntityArrived(wanted, at, incarnation);
        try
        {
            arrived.Epoch = await claim;
            arrived.Entity = await context.Loader.LoadAsync(wanted, wanted.Key.Current);
        }
        catch (Exception error)
        {
            arrived.Error = error;
        }
        context.Send(arrived);
    }

    private async Task LoadPreviousAsync(HandOver handOver, Task<long> claim, byte[]? left)
    {
        LimiterMessage? answer;
        try
        {
            await claim;
            var previous = await context.Loader.LoadAsync(handOver.Wanted, handOver.Wanted.Key.Previous);
            ShardWindows.Restore(previous, left);
            answer = handOver.With(previous.SequenceNumber == 0 && left is null ? null : previous.State);
        }
        catch (Exception error)
        {
            answer = handOver.Refused(error);
        }
        if (answer is not null) context.Send(answer);
    }

    private async Task DeleteAsync(ForgetEntities forget, List<StoredEntity> expired, Task<long> claim)
    {
        var deleted = 0;
        try
        {
            var fence = new ShardFence(LimiterManifests.Region, shard.Number, await claim);
            var positions = new List<EntityPosition>(expired.Count);
            foreach (var entity in expired)
                if (await IsExpiredAsync(entity, forget.At)) positions.Add(entity.Position);
            if (positions.Count > 0) deleted = await context.Journal.DeleteAsync(fence, positions, CancellationToken.None);
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalConflictException or JournalCorruptException)
        {
            // they stay until the next sweep
        }
        finally
        {
            context.Send(new EntitiesForgotten(shard.Number, forget));
            forget.Done.TrySetResult(deleted);
        }
    }

    /// <summary>The age says it of all but throttles, whose windows are as long as somebody wrote.</summary>
    private async Task<bool> IsExpiredAsync(StoredEntity entity, long now)
    {
        if (entity.Kind != EntityKind.Throttle) return true;
        var wanted = new EntityRef(entity.Kind, new(entity.Key, default), null);
        return (await context.Loader.LoadAsync(wanted, entity.Key)).State.ExpiresAt() <= now;
    }
}
