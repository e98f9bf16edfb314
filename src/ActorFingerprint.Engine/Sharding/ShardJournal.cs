using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// The stored side of one shard: its epoch, its rows, its snapshot, and the way back for its devices. Every write goes out under the
/// epoch, so an owner that lost the shard can write nothing.
/// </summary>
internal sealed class ShardJournal
{
    private readonly int _number;
    private readonly ShardContext _context;
    private readonly DeviceLoader _loader;
    private readonly DeviceOverwriting _overwriting;
    private readonly bool _claims;
    private long _epoch;
    private long _rows;
    private long _snapshotRow;

    /// <param name="number">Number of the shard.</param>
    /// <param name="context">What all shards share.</param>
    /// <param name="epoch">Epoch under which the shard was claimed; 0 when it claims itself at each recovery.</param>
    public ShardJournal(int number, ShardContext context, long epoch = 0)
    {
        (_number, _context, _epoch, _claims) = (number, context, epoch, epoch == 0);
        PersistenceId = ShardRowCodec.PersistenceIdOf(number);
        _loader = new DeviceLoader(context.Journal, context.Snapshots, PersistenceId);
        _overwriting = new DeviceOverwriting(context.Journal, PersistenceId);
    }

    /// <summary>The epoch that it writes under; 0 before the first recovery.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Persistence id of the shard's rows.</summary>
    public string PersistenceId { get; }

    /// <summary>Rows written since the last shard snapshot, those in the commit at hand included.</summary>
    public long RowsSinceSnapshot => _rows - _snapshotRow;

    /// <summary>
    /// Takes ownership unless that was done for it, then reads the shard's snapshot and the rows after it into what a shard remembers; devices
    /// come back when they are needed.
    /// </summary>
    public async Task RecoverAsync(RunWatermarks watermarks, FloodGuard flood)
    {
        if (_claims)
        {
            _epoch = await _context.Commits.PersistAsync(() =>
                _context.Journal.ClaimShardAsync(ShardContext.Region, _number, _context.Owner, CancellationToken.None));
        }
        _rows = 0;
        if (await _context.Snapshots.LoadAsync(PersistenceId, CancellationToken.None) is { } stored)
        {
            var snapshot = ShardSnapshotCodec.Decode(stored.Payload.Span);
            foreach (var mark in snapshot.Watermarks) watermarks.Set(mark);
            flood.Restore(snapshot.Quotas);
            _rows = stored.SequenceNumber;
        }
        _snapshotRow = _rows;
        _loader.Clear();
        _loader.SnapshotOrdering = await OrderingOfAsync(_rows);
        await foreach (var past in _context.Journal.ReplayAsync(PersistenceId, _rows + 1, CancellationToken.None))
        {
            var row = ShardRowCodec.Decode(past.Manifest, past.Payload.Span);
            foreach (var mark in row.Watermarks) watermarks.Set(mark);
            flood.Restore(row.Quotas);
            _loader.Remember(past.SequenceNumber, row.Deltas);
            _rows = past.SequenceNumber;
        }
    }

    /// <summary>False when events and rows need not be written (<see cref="IJournal.KeepsEvents"/>).</summary>
    public bool KeepsEvents => _context.Journal.KeepsEvents;

    /// <summary>An empty commit.</summary>
    public ShardCommit NewCommit() => new(KeepsEvents);

    /// <summary>A device as it is stored; a new one has no events.</summary>
    public Task<DeviceActor> LoadAsync(string persistenceId) => _loader.LoadAsync(persistenceId);

    /// <summary>Adds the next row to a commit.</summary>
    public void Append(ShardCommit commit, ShardRow row) =>
        commit.Events.Add(new NewEvent(PersistenceId, ++_rows, ShardRow.Manifest, ShardRowCodec.Encode(row), "shard"));

    /// <summary>Adds a snapshot of a device, with every row so far folded into it.</summary>
    public void Snapshot(ShardCommit commit, DeviceActor actor) => commit.Snapshot(actor, _rows);

    /// <summary>
    /// Adds a snapshot of every device that a row touched since the last shard snapshot, and of the shard itself, so that a later
    /// recovery folds only later rows.
    /// </summary>
    public async Task CheckpointAsync(ShardCommit commit, IEnumerable<DeviceActor> actors, ShardSnapshot snapshot)
    {
        foreach (var persistenceId in _loader.Pending.ToArray()) commit.Snapshot(await _loader.LoadAsync(persistenceId), _rows);
        foreach (var actor in actors)
            if (actor.IsDirty)
                commit.Snapshot(actor, _rows);
        commit.Snapshots.Add(new NewSnapshot(PersistenceId, _rows, ShardSnapshot.Manifest, ShardSnapshotCodec.Encode(snapshot)));
        _snapshotRow = _rows;
    }

    /// <summary>Writes what the commit holds so far; it may then be filled again.</summary>
    public async Task CommitAsync(ShardCommit commit)
    {
        if (commit.Events.Count == 0 && commit.Snapshots.Count == 0) return;
        await _context.Commits.CommitAsync(new AtomicWrite(Fence, [.. commit.Events], [.. commit.Snapshots]));
        commit.Events.Clear();
        commit.Snapshots.Clear();
    }

    /// <summary>What the erasure of a device overwrites.</summary>
    public Task<Overwriting> PlanErasureAsync(DeviceActor actor, Core.Devices.DeviceEvent erased) => _overwriting.EraseAsync(actor, erased);

    /// <summary>What the retention of a device overwrites.</summary>
    public Task<Overwriting> PlanRetentionAsync(DeviceActor actor, Core.Devices.DeviceEvent.RetentionApplied applied) =>
        _overwriting.RetainAsync(actor, applied);

    /// <summary>Overwrites and appends in one transaction. False while a reader of the store keeps the old bytes alive.</summary>
    public async Task<bool> OverwriteAsync(DeviceActor actor, Overwriting plan)
    {
        var write = new AtomicWrite(Fence, [plan.Event], []);
        _loader.Forget(actor.PersistenceId);
        return await _context.Commits.PersistAsync(() =>
            _context.Journal.RewriteAsync(plan.Rewrites, [actor.PersistenceId, .. plan.Mentioned], write, CancellationToken.None));
    }

    /// <summary>Stored events of devices were overwritten: neither their snapshots nor what was remembered of their rows counts any more.</summary>
    public async Task ForgetAsync(IReadOnlyList<string> persistenceIds)
    {
        foreach (var persistenceId in persistenceIds) _loader.Forget(persistenceId);
        await _context.Commits.PersistAsync(() => _context.Journal.RewriteAsync([], persistenceIds, null, CancellationToken.None));
    }

    /// <summary>Ordering of a row of this shard; 0 for row 0.</summary>
    private async Task<long> OrderingOfAsync(long row)
    {
        if (row == 0) return 0;
        await foreach (var stored in _context.Journal.ReplayAsync(PersistenceId, row, CancellationToken.None)) return stored.Ordering;
        return 0;
    }

    private ShardFence Fence => new(ShardContext.Region, _number, _epoch);
}
