using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One shard of the limiter: a mailbox, and the entities that it owns. Served by the thread that finds it idle. Nothing inside waits:
/// entities arrive and commits end by messages. A lost fence drops the entities, which recover from the journal; of several nodes it drops
/// the shard, which is the other owner's then. A shard that is away knows no entity and sends on whoever comes.
/// </summary>
internal sealed class LimiterShard
{
    /// <summary>Messages that one thread serves before another takes over: a caller does not work for the others for ever.</summary>
    private const int MessagesPerTurn = 64;

    private readonly LimiterContext _context;
    private readonly LimiterMailbox _mailbox;
    private readonly LimiterEntities _entities;
    private readonly ShardCommits _commits;
    private readonly ShardGenerations _generations = new();
    private FinishShard? _finish;
    private volatile Exception? _fault;
    private volatile Phase _phase;
    private long _epoch, _leaseUntil;

    public LimiterShard(int number, LimiterContext context)
    {
        (Number, _context) = (number, context);
        _mailbox = new(context.Options.MailboxCapacity);
        _commits = new(number, context);
        _entities = new(Math.Max(16, context.Options.MaxEntities / context.Options.Shards), entity => _commits.HolderOf(entity) is null);
        Arrivals = new(this, _entities, context);
        if (context.Relay is null) (_phase, _leaseUntil) = (Phase.Open, long.MaxValue);
    }

    private enum Phase
    {
        /// <summary>Another node's, or nobody's.</summary>
        Away,

        /// <summary>Here.</summary>
        Open,

        /// <summary>Decides what it has taken, and takes nothing more.</summary>
        Stopping,
    }

    /// <summary>Its number in the region.</summary>
    public int Number { get; }

    /// <summary>Shards in the region.</summary>
    public int Count => _context.Options.Shards;

    /// <summary>Whether a visit may use an entity: after a rotation on another node those of the older secrets may not always.</summary>
    public bool Admits(LimiterEntity entity, LimiterVisit visit) => _context.Relay is null || _generations.Admit(entity, visit.Names);

    /// <summary>Whether it is on this node.</summary>
    public bool IsHosted => _phase != Phase.Away;

    /// <summary>The epoch under which it was started; 0 while it is away; a node that is alone claims it when it first needs to.</summary>
    public long Epoch => _context.Relay is null ? Arrivals.Epoch : Interlocked.Read(ref _epoch);

    /// <summary>Whether it may answer from memory. On a node that is alone nobody else can.</summary>
    public bool HoldsLease => _leaseUntil == long.MaxValue || _context.Time.GetTimestamp() <= Interlocked.Read(ref _leaseUntil);

    /// <summary>The way to other owners, for a shard that is away.</summary>
    public LimiterRelay Relay => _context.Relay!;

    /// <summary>Entities on their way here.</summary>
    public ShardArrivals Arrivals { get; }

    /// <summary>Collects the events of the stage at hand.</summary>
    public EventLog Log { get; } = new();

    /// <summary>Entities in memory; from any thread.</summary>
    public int EntityCount => _entities.Count;

    /// <summary>The error that stopped it; null while it works.</summary>
    public Exception? Fault => _fault;

    /// <summary>Storage is so far behind that no more events may wait.</summary>
    public bool IsBehind => _commits.IsBehind;

    /// <summary>
    /// Takes a message and serves it now, unless another thread is inside and will; what leaves the shard is put into the outbox.
    /// </summary>
    public void Receive(LimiterMessage message, ref Outbox outbox)
    {
        switch (_mailbox.Offer(message, out var first))
        {
            case Delivery.Owned: Serve(first, ref outbox); break;
            case Delivery.Refused: message.Drop(ref outbox); break;
        }
    }

    /// <summary>The entity, when it is in memory.</summary>
    public LimiterEntity? Find(in EntityRef wanted) => _entities.Find(wanted.Key.Current);

    /// <summary>The commit that the latest events of an entity wait for; null once they are durable.</summary>
    public LimiterCommit? HolderOf(LimiterEntity entity) => _commits.HolderOf(entity);

    /// <summary>Keys in memory by type.</summary>
    public KeyCounts CountKeys() => _entities.CountKeys();

    /// <summary>Puts the events in <see cref="Log"/> into the next commit, and tells the visit of them.</summary>
    public void Keep(LimiterEntity entity, LimiterVisit? visit)
    {
        if (Log.Events.Count == 0) return;
        _commits.Keep(entity, Log.Events, visit);
        if (visit is not null)
            foreach (var raised in Log.Events) visit.Raised(raised);
        Log.Clear();
    }

    /// <summary>Serves a visit as far as it gets here.</summary>
    public void Visit(LimiterVisit visit, ref Outbox outbox)
    {
        while (true)
            switch (visit.Serve(this))
            {
                case VisitStep.Done:
                    visit.Leave();
                    return;
                case VisitStep.Travel:
                    outbox.Add(visit);
                    return;
                default:
                    if (!Arrivals.TryBring(visit, ref outbox)) return;
                    break;
            }
    }

    /// <summary>A commit ended.</summary>
    public void Commit(long number, Exception? error, ref Outbox outbox)
    {
        if (!_commits.IsWriting(number)) return;
        if (error is null)
        {
            _commits.Succeed();
            return;
        }
        if (_context.Relay is not null)
        {
            Lose(error, ref outbox);
            return;
        }
        _commits.Fail();
        _entities.Clear();
        Arrivals.Restart();
        _context.Known.Distrust();
        if (error is not (JournalConflictException or OperationCanceledException)) throw error;
    }

    /// <summary>Lets go of what has expired.</summary>
    public void Passivate(long now)
    {
        _entities.Sweep(now);
        Arrivals.Prune(now);
    }

    /// <summary>Tells once everything is durable.</summary>
    public void Finish(FinishShard finish) => _finish = finish;

    /// <summary>It is this node's from now on.</summary>
    public void Start(long epoch, long leaseUntil, ShardWindows? windows, ref Outbox outbox)
    {
        if (_phase != Phase.Away) LetGo(ref outbox);
        Arrivals.Open(epoch, windows);
        Interlocked.Exchange(ref _epoch, epoch);
        Interlocked.Exchange(ref _leaseUntil, leaseUntil);
        _phase = Phase.Open;
    }

    /// <summary>Takes nothing more; leaves when all it has taken is done.</summary>
    public void Stop(StopShard stop)
    {
        if (_phase == Phase.Open) (_phase, _finish) = (Phase.Stopping, stop);
        else stop.Done.TrySetResult();
    }

    /// <summary>The epoch was seen to be the stored one: memory may answer for longer.</summary>
    public void Renew(long epoch, long until)
    {
        if (Epoch == epoch) Interlocked.Exchange(ref _leaseUntil, until);
    }

    /// <summary>Another owner has it, or it failed.</summary>
    public void Lose(Exception error, ref Outbox outbox)
    {
        LetGo(ref outbox);
        if (error is not OperationCanceledException) _context.Lost(Number, error);
    }

    /// <summary>It is not this node's any more: nothing is written or answered, and who waits for an entity goes to the owner.</summary>
    public void LetGo(ref Outbox outbox)
    {
        _phase = Phase.Away;
        Interlocked.Exchange(ref _epoch, 0);
        Interlocked.Exchange(ref _leaseUntil, 0);
        Log.Clear();
        _commits.Fail();
        _entities.Clear();
        Arrivals.Close();
        _finish?.Drop(ref outbox);
        _finish = null;
    }

    private void Serve(LimiterMessage first, ref Outbox outbox)
    {
        LimiterMessage? message = first;
        for (var served = 1; message is not null; served++)
        {
            Deliver(message, ref outbox);
            if (served == MessagesPerTurn)
            {
                _ = _context.Scheduler.Start(GoOnAsync);
                return;
            }
            if (!_mailbox.TryNext(out message)) return;
        }
    }

    /// <summary>Still the owner, on a thread of its own.</summary>
    private Task GoOnAsync()
    {
        var outbox = default(Outbox);
        if (_mailbox.TryNext(out var next)) Serve(next, ref outbox);
        while (outbox.TryTake(out var message)) _context.Send(message);
        return Task.CompletedTask;
    }

    private void Deliver(LimiterMessage message, ref Outbox outbox)
    {
        if (_fault is not null)
        {
            message.Drop(ref outbox);
            return;
        }
        if ((_phase != Phase.Open || !HoldsLease) && message.NeedsOwner)
        {
            message.Elsewhere(this);
            return;
        }
        try
        {
            message.Deliver(this, ref outbox);
            _commits.Start(Arrivals.Epoch);
            if (_finish is not null && _commits.IsIdle && Arrivals.IsIdle) Finished(ref outbox);
        }
        catch (Exception error)
        {
            Stop(error, message, ref outbox);
        }
    }

    private void Finished(ref Outbox outbox)
    {
        if (_finish is not StopShard stop)
        {
            _finish!.Drop(ref outbox);
            return;
        }
        _finish = null;
        var (epoch, now) = (Epoch, _context.Time.GetUtcNow().ToUnixTimeSeconds());
        var windows = ShardWindows.Write(Number, epoch, _entities.All, Arrivals.Windows, now);
        var write = new AtomicWrite(new ShardFence(LimiterManifests.Region, Number, epoch), [], [windows]);
        _context.Commits.Commit(write, _ => _context.Send(new ShardLeft(Number, epoch, stop)));
    }

    /// <summary>A fault of this program: nobody waits for ever, and the node says it.</summary>
    private void Stop(Exception error, LimiterMessage during, ref Outbox outbox)
    {
        if (_context.Relay is not null)
        {
            during.Drop(ref outbox);
            Lose(error, ref outbox);
            return;
        }
        _fault = error;
        Log.Clear();
        during.Drop(ref outbox);
        Arrivals.DropAll(ref outbox);
        _commits.Fail();
        _finish?.Drop(ref outbox);
    }
}
