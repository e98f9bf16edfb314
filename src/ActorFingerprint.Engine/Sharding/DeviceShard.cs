using System.Threading.Channels;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// One shard: one mailbox, one loop, one dictionary of device actors (design §4). It decides everything waiting, commits the events
/// and a shard row for each batch in one transaction, and only then acknowledges. A lost fence drops the actors and recovers; where several
/// nodes share the journal it ends the shard.
/// </summary>
internal sealed class DeviceShard
{
    /// <summary>Times the same messages are tried after losing the fence before the shard gives up.</summary>
    private const int MaxConflicts = 3;

    private readonly int _number;
    private readonly ShardContext _context;
    private readonly ShardJournal _journal;
    private readonly Channel<ShardMessage> _mailbox;
    private readonly Dictionary<DeviceKey, DeviceActor> _actors = [];
    private readonly List<DeviceActor> _counted = [];
    private readonly EphemeralBucket _ephemeral;
    private readonly Dictionary<string, long> _runLogs = new(StringComparer.Ordinal);
    private RunWatermarks _watermarks = new();
    private FloodGuard _flood;
    private long _nowTicks;
    private bool _recovered;
    private long _renewed;
    private volatile bool _stopping, _dropped;

    /// <param name="number">Its number.</param>
    /// <param name="context">What all shards share.</param>
    /// <param name="epoch">Epoch under which it was claimed; 0 when it claims itself at recovery.</param>
    /// <param name="renewed">Timestamp from which its lease counts.</param>
    public DeviceShard(int number, ShardContext context, long epoch = 0, long renewed = 0)
    {
        (_number, _context, _renewed) = (number, context, renewed);
        _journal = new ShardJournal(number, context, epoch);
        _mailbox = Channel.CreateBounded<ShardMessage>(new BoundedChannelOptions(context.Options.MailboxCapacity) { SingleReader = true });
        _ephemeral = new EphemeralBucket(context.Options.EphemeralDevicesPerShard, context.Options.EphemeralTtl.Ticks);
        _flood = NewFloodGuard();
    }

    /// <summary>Messages go here; full means wait.</summary>
    public ChannelWriter<ShardMessage> Mailbox => _mailbox.Writer;

    /// <summary>Epoch under which it was claimed, by somebody else or by itself; 0 before that.</summary>
    public long Epoch => _journal.Epoch;

    /// <summary>It takes no more messages.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Its number.</summary>
    public int Number => _number;

    /// <summary>
    /// True while it may answer: its epoch was the stored one within the lease. A shard of a node that is alone always may.
    /// </summary>
    public bool IsCurrent => !_context.IsShared
        || (!_dropped && _context.Time.GetElapsedTime(Interlocked.Read(ref _renewed)) <= _context.Options.Lease);

    /// <summary>Devices in memory.</summary>
    public int ActiveDevices { get; private set; }

    /// <summary>Devices in the ephemeral bucket.</summary>
    public int EphemeralDevices => _ephemeral.Count;

    /// <summary>Why storage cannot be read at the moment, or null.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Observations refused by INV-5 since start.</summary>
    public long RefusedFuture { get; private set; }

    /// <summary>Observations sent to the ephemeral bucket since start.</summary>
    public long EphemeralObservations { get; private set; }

    /// <summary>Takes no more messages; the loop ends after those it has. While storage refuses, it gives up at once.</summary>
    public void Stop()
    {
        _stopping = true;
        _mailbox.Writer.TryComplete();
    }

    /// <summary>It belongs to another node: takes no more messages, writes nothing more, and tells those who wait.</summary>
    public void Drop()
    {
        _dropped = true;
        Stop();
    }

    /// <summary>Its epoch was the stored one at <paramref name="timestamp"/>.</summary>
    public void Renew(long timestamp) => Interlocked.Exchange(ref _renewed, timestamp);

    /// <summary>Serves the mailbox until it is stopped, then passivates everything.</summary>
    public async Task RunAsync()
    {
        var taken = new List<ShardMessage>();
        try
        {
            while (await _mailbox.Reader.WaitToReadAsync())
            {
                taken.Clear();
                if (_dropped) throw Moved();
                await ServeAsync(taken);
            }
            if (_dropped) throw Moved();
            if (_recovered) await PassivateAsync(long.MaxValue);
        }
        catch (Exception error)
        {
            _mailbox.Writer.TryComplete(error);
            foreach (var message in taken) Fail(message, error);
            while (_mailbox.Reader.TryRead(out var message)) Fail(message, error);
            throw;
        }
    }

    /// <summary>
    /// Takes what waits, decides it all and commits it. After a lost fence, or when storage could not be read, recovers and decides the same
    /// messages again: nothing of them was promised yet.
    /// </summary>
    private async Task ServeAsync(List<ShardMessage> taken)
    {
        for (var conflicts = 0; ;)
        {
            try
            {
                await ServeOnceAsync(taken);
                Refusal = null;
                return;
            }
            catch (JournalConflictException lost) when (_context.IsShared)
            {
                throw Moved(lost);
            }
            catch (JournalConflictException) when (++conflicts <= MaxConflicts)
            {
                _recovered = false;
            }
            catch (JournalUnavailableException) when (_dropped)
            {
                throw Moved();
            }
            catch (JournalUnavailableException refused) when (!_stopping && !_context.Commits.HasGivenUp)
            {
                (_recovered, Refusal) = (false, refused.Message);
                await Task.Delay(_context.Options.RetryInterval, _context.Time);
            }
        }
    }

    private async Task ServeOnceAsync(List<ShardMessage> taken)
    {
        if (!_recovered) await RecoverAsync();
        _nowTicks = _context.Time.GetUtcNow().UtcTicks;
        var commit = _journal.NewCommit();
        foreach (var message in taken) await ApplyAsync(message, commit);
        while (commit.Events.Count < _context.Options.MaxEventsPerCommit && taken.Count < _context.Options.MailboxCapacity && _mailbox.Reader.TryRead(out var message))
        {
            taken.Add(message);
            await ApplyAsync(message, commit);
        }
        if (_journal.RowsSinceSnapshot >= _context.Options.ShardSnapshotEvery) await CheckpointAsync(commit);
        await _journal.CommitAsync(commit);
        ActiveDevices = _actors.Count; // before anybody hears of it
        commit.Acknowledge();
        await EvictAsync();
        ActiveDevices = _actors.Count;
    }

    private async Task RecoverAsync()
    {
        _actors.Clear();
        _counted.Clear();
        _runLogs.Clear();
        (_watermarks, _flood) = (new RunWatermarks(), NewFloodGuard());
        await _journal.RecoverAsync(_watermarks, _flood);
        _recovered = true;
    }

    private ValueTask ApplyAsync(ShardMessage message, ShardCommit commit) => message switch
    {
        ShardMessage.Batch batch => ApplyAsync(batch, commit),
        ShardMessage.Ask ask => ApplyAsync(ask, commit),
        ShardMessage.Get get => ApplyAsync(get, commit),
        ShardMessage.GetWatermark get => Answer(get, commit),
        ShardMessage.RunEnded ended => End(ended),
        ShardMessage.Passivate passivate => ApplyAsync(passivate, commit),
        ShardMessage.PassivateNow passivate => ApplyAsync(passivate, commit),
        ShardMessage.SnapshotNow snapshot => ApplyAsync(snapshot, commit),
        ShardMessage.Reload reload => ApplyAsync(reload, commit),
        _ => throw new InvalidOperationException($"{message.GetType()} is not a shard message"),
    };

    private async ValueTask ApplyAsync(ShardMessage.Batch message, ShardCommit commit)
    {
        var batch = message.Value;
        var mark = _watermarks.Of(batch.RetryId is { } retry ? RunWatermarks.RetryOf(batch.Run, retry) : batch.Run);
        var number = batch.RetryId is null ? batch.Number : 1;
        if (number <= mark.Batch)
        {
            commit.WhenDurable(() => message.Applied.TrySetResult()); // applied before a restart or a redelivery
            return;
        }
        if (number != mark.Batch + 1)
        {
            message.Applied.TrySetException(new BatchGapException(batch, mark.Batch));
            return;
        }

        var (ephemeral, refused) = await DecideAllAsync(batch, commit);
        if (batch.Report is { } report) await AppendAsync(report, commit);
        mark = batch.Envelopes is [.., var last] && batch.RetryId is null
            ? new Watermark(mark.Run, number, last.Frame, last.Index)
            : mark with { Batch = number };
        _watermarks.Set(mark);
        if (batch.Report?.Event is RunEvent.Ended) _watermarks.End(mark.Run);
        if (_journal.KeepsEvents) AppendRow(mark, ephemeral, refused, commit);
        commit.WhenDurable(() =>
        {
            EphemeralObservations += ephemeral;
            RefusedFuture += refused;
            message.Applied.TrySetResult();
        });
    }

    private async ValueTask<(long Ephemeral, long Refused)> DecideAllAsync(ShardBatch batch, ShardCommit commit)
    {
        var (ephemeral, refused) = (0L, 0L);
        for (var at = 0; (at = DecideKnown(batch, at, commit, ref refused)) < batch.Envelopes.Count; at++)
        {
            var envelope = batch.Envelopes[at];
            if (await AdmitAsync(envelope, batch.Run) is { } actor) Decide(actor, envelope, batch.Run, commit);
            else ephemeral++;
        }
        return (ephemeral, refused);
    }

    /// <summary>Decides from an envelope on until one needs a device that is not in memory; returns where that is.</summary>
    private int DecideKnown(ShardBatch batch, int at, ShardCommit commit, ref long refused)
    {
        var latest = _nowTicks + _context.Options.MaxClockSkew.Ticks;
        var envelopes = batch.Envelopes;
        for (var count = envelopes.Count; at < count; at++)
        {
            var envelope = envelopes[at];
            if (envelope.Observation?.AtTicks > latest) refused++;
            else if (_actors.TryGetValue(envelope.EntityId, out var actor)) Decide(actor, envelope, batch.Run, commit);
            else break;
        }
        return at;
    }

    /// <summary>Appends an event to the log of a run whose own log is in another journal.</summary>
    private async ValueTask AppendAsync(RunReport report, ShardCommit commit)
    {
        var log = RunLog.PersistenceIdOf(report.Source);
        if (!_runLogs.TryGetValue(log, out var last)) last = await _context.Journal.HighestSequenceNumberAsync(log, CancellationToken.None);
        var (manifest, payload) = RunEventCodec.Encode(report.Event);
        commit.Events.Add(new NewEvent(log, last + 1, manifest, payload, RunLog.Tag));
        _runLogs[log] = last + 1;
    }

    private void Decide(DeviceActor actor, in ShardEnvelope envelope, string run, ShardCommit commit)
    {
        actor.TouchedTicks = _nowTicks;
        if (envelope.Router is { } router)
        {
            var changes = Device.Decide(actor.State, router.Command);
            foreach (var @event in changes) commit.Append(actor, @event);
            _context.Identification?.After(actor, changes, router.Command.AtTicks, router.Command.Where, commit);
            return;
        }
        var observation = envelope.Observation!;
        var events = actor.Observe(observation, run, out var knownNumber);
        for (var i = 0; i < events.Count; i++) commit.Append(actor, events[i]);
        _context.Identification?.After(actor, observation, events, run, commit);
        if (!_journal.KeepsEvents) actor.CountUnwritten(observation, knownNumber);
        else if (actor.Count(observation, knownNumber)) _counted.Add(actor);
    }

    /// <summary>The row of a batch: its deltas are folded here as they will be folded again on recovery.</summary>
    private void AppendRow(Watermark mark, long ephemeral, long refused, ShardCommit commit)
    {
        _counted.Sort(static (a, b) => string.CompareOrdinal(a.PersistenceId, b.PersistenceId));
        var deltas = new DeviceDelta[_counted.Count];
        for (var i = 0; i < deltas.Length; i++) deltas[i] = _counted[i].FoldCounted();
        var row = new ShardRow { Watermarks = [mark], Deltas = deltas, Quotas = _flood.TakeChanged(), Ephemeral = ephemeral, RefusedFuture = refused };
        _journal.Append(commit, row);
        foreach (var actor in _counted)
            if (actor.EventsSinceSnapshot >= _context.Options.SnapshotEvery)
                _journal.Snapshot(commit, actor);
        _counted.Clear();
    }

    /// <summary>The actor of an observed device; null when the flood guard sends it to the ephemeral bucket.</summary>
    private async ValueTask<DeviceActor?> AdmitAsync(ShardEnvelope envelope, string run)
    {
        if (envelope.Observation is not { AtTicks: var at }) return await FindAsync(envelope.EntityId);
        var actor = await _journal.LoadAsync(_context.Pseudonyms.PersistenceIdOf(envelope.EntityId));
        if (!actor.State.Exists)
        {
            if (!_flood.TryAdmit(run, at))
            {
                _ephemeral.Add(envelope.EntityId, at);
                return null;
            }
            _ephemeral.Forget(envelope.EntityId);
        }
        _actors[envelope.EntityId] = actor;
        return actor;
    }

    private async ValueTask ApplyAsync(ShardMessage.Ask ask, ShardCommit commit)
    {
        var actor = await FindAsync(ask.Device);
        if (actor is null)
        {
            ask.Reply.TrySetResult(new DeviceReply(false, []));
            return;
        }
        if (ask.Command is DeviceCommand.SetLabel label && !DeviceLabel.TryParse(label.Label, out _, out var refusal))
        {
            ask.Reply.TrySetResult(new DeviceReply(true, [], refusal));
            return;
        }
        var command = ask.Command is DeviceCommand.ApplyRetention retention ? retention with { Counts = actor } : ask.Command;
        var events = Device.Decide(actor.State, command);
        switch (events)
        {
            case [DeviceEvent.Erased erased]:
                await _journal.CommitAsync(commit);
                ask.Reply.TrySetResult(await OverwriteAsync(ask.Device, actor, await _journal.PlanErasureAsync(actor, erased), events));
                break;
            case [DeviceEvent.RetentionApplied applied]:
                await _journal.CommitAsync(commit);
                ask.Reply.TrySetResult(await OverwriteAsync(ask.Device, actor, await _journal.PlanRetentionAsync(actor, applied), events));
                break;
            default:
                foreach (var @event in events) commit.Append(actor, @event);
                commit.WhenDurable(() => ask.Reply.TrySetResult(new DeviceReply(true, events)));
                break;
        }
    }

    /// <summary>
    /// Overwrites and appends in one transaction, after everything decided before. The actor goes: the next message loads what is left.
    /// </summary>
    private async Task<DeviceReply> OverwriteAsync(DeviceKey device, DeviceActor actor, Overwriting plan, IReadOnlyList<DeviceEvent> events)
    {
        _actors.Remove(device);
        var isGone = await _journal.OverwriteAsync(actor, plan);
        return new DeviceReply(true, events) { Mentioned = plan.Mentioned, OldBytesAreGone = isGone };
    }

    private async ValueTask ApplyAsync(ShardMessage.Get get, ShardCommit commit)
    {
        var actor = await FindAsync(get.Device);
        actor?.Settle();
        var view = actor is null ? null : new DeviceView(actor.PersistenceId, actor.State, actor.Counters, actor.SequenceNumber);
        commit.WhenDurable(() => get.Reply.TrySetResult(view));
    }

    private ValueTask Answer(ShardMessage.GetWatermark get, ShardCommit commit)
    {
        var mark = _watermarks.Of(get.Run);
        commit.WhenDurable(() => get.Reply.TrySetResult(mark));
        return ValueTask.CompletedTask;
    }

    private ValueTask End(ShardMessage.RunEnded ended)
    {
        _watermarks.End(ended.Run);
        return ValueTask.CompletedTask;
    }

    private async ValueTask ApplyAsync(ShardMessage.Passivate passivate, ShardCommit commit)
    {
        await _journal.CommitAsync(commit); // never with uncommitted events
        await PassivateAsync(passivate.IdleSinceTicks);
        commit.WhenDurable(() => passivate.Done?.TrySetResult());
    }

    private async ValueTask ApplyAsync(ShardMessage.PassivateNow passivate, ShardCommit commit)
    {
        await _journal.CommitAsync(commit); // never with uncommitted events
        var idle = _actors.Where(a => passivate.Only is { } only ? a.Key == only : a.Value.TouchedTicks < passivate.IdleSinceTicks).ToArray();
        await PassivateAsync(idle);
        ActiveDevices = _actors.Count;
        commit.WhenDurable(() => passivate.Passivated.TrySetResult(idle.Length));
    }

    private async ValueTask ApplyAsync(ShardMessage.SnapshotNow snapshot, ShardCommit commit)
    {
        await _journal.CommitAsync(commit);
        var snapshots = _journal.NewCommit();
        if (_journal.RowsSinceSnapshot > 0) await CheckpointAsync(snapshots);
        foreach (var actor in _actors.Values)
            if (actor.IsDirty)
                _journal.Snapshot(snapshots, actor);
        var count = snapshots.Snapshots.Count;
        await _journal.CommitAsync(snapshots);
        commit.WhenDurable(() => snapshot.Snapshots.TrySetResult(count));
    }

    /// <summary>
    /// Lets devices go whose stored events were overwritten, and drops what was snapshotted of them since: it would bring the old facts back.
    /// </summary>
    private async ValueTask ApplyAsync(ShardMessage.Reload reload, ShardCommit commit)
    {
        await _journal.CommitAsync(commit);
        foreach (var (key, actor) in _actors.ToArray())
            if (reload.PersistenceIds.Contains(actor.PersistenceId))
                _actors.Remove(key);
        await _journal.ForgetAsync([.. reload.PersistenceIds]);
        commit.WhenDurable(() => reload.Done.TrySetResult());
    }

    private async ValueTask<DeviceActor?> FindAsync(DeviceKey device)
    {
        if (!_actors.TryGetValue(device, out var actor)) actor = await _journal.LoadAsync(_context.Pseudonyms.PersistenceIdOf(device));
        if (!actor.State.Exists) return null;
        _actors[device] = actor;
        actor.TouchedTicks = _nowTicks;
        return actor;
    }

    private Task CheckpointAsync(ShardCommit commit)
    {
        _flood.Keep(_watermarks.Contains);
        return _journal.CheckpointAsync(commit, _actors.Values, new ShardSnapshot { Watermarks = _watermarks.All, Quotas = _flood.All });
    }

    /// <summary>Lets go of devices idle since a wall time, each with a snapshot.</summary>
    private async Task PassivateAsync(long idleSinceTicks)
    {
        var idle = _actors.Where(a => a.Value.TouchedTicks < idleSinceTicks).ToArray();
        await PassivateAsync(idle);
        if (idleSinceTicks == long.MaxValue && _journal.RowsSinceSnapshot > 0)
        {
            var commit = _journal.NewCommit();
            await CheckpointAsync(commit);
            await _journal.CommitAsync(commit);
        }
        ActiveDevices = _actors.Count;
    }

    /// <summary>Keeps the shard's share of the active devices: beyond it, the eighth that was idle longest goes.</summary>
    private async Task EvictAsync()
    {
        var share = Math.Max(1, _context.Options.MaxActiveDevices / _context.Options.Shards);
        if (_actors.Count <= share) return;
        await PassivateAsync([.. _actors.OrderBy(a => a.Value.TouchedTicks).Take(_actors.Count - share + share / 8)]);
    }

    private async Task PassivateAsync(IReadOnlyCollection<KeyValuePair<DeviceKey, DeviceActor>> actors)
    {
        var commit = _journal.NewCommit();
        foreach (var (_, actor) in actors)
            if (actor.IsDirty)
                _journal.Snapshot(commit, actor);
        await _journal.CommitAsync(commit);
        foreach (var (key, _) in actors) _actors.Remove(key);
    }

    private FloodGuard NewFloodGuard() =>
        new(Math.Max(1, _context.Options.NewDevicesPerWindow / _context.Options.Shards), _context.Options.FloodWindow.Ticks);

    private ShardMovedException Moved(Exception? cause = null) => new(ShardContext.Region, _number, cause);

    private static void Fail(ShardMessage message, Exception error)
    {
        switch (message)
        {
            case ShardMessage.Batch batch: batch.Applied.TrySetException(error); break;
            case ShardMessage.Ask ask: ask.Reply.TrySetException(error); break;
            case ShardMessage.Get get: get.Reply.TrySetException(error); break;
            case ShardMessage.GetWatermark get: get.Reply.TrySetException(error); break;
            case ShardMessage.Reload reload: reload.Done.TrySetException(error); break;
            case ShardMessage.Passivate passivate: passivate.Done?.TrySetException(error); break;
            case ShardMessage.PassivateNow passivate: passivate.Passivated.TrySetException(error); break;
            case ShardMessage.SnapshotNow snapshot: snapshot.Snapshots.TrySetException(error); break;
        }
    }
}
