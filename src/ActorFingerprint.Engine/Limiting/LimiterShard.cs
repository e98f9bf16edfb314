using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One shard of the limiter: a mailbox, and the entities that it owns. Served by the thread that finds it idle. Nothing inside waits: entities
/// arrive and commits end by messages. A lost fence drops the entities, which recover from the journal.
/// </summary>
internal sealed class LimiterShard
{
    /// <summary>Messages that one thread serves before another takes over: a caller does not work for the others for ever.</summary>
    private const int MessagesPerTurn = 64;

    private readonly LimiterContext _context;
    private readonly LimiterMailbox _mailbox;
    private readonly LimiterEntities _entities;
    private readonly ShardCommits _commits;
    private FinishShard? _finish;
    private volatile Exception? _fault;
    private long _now;

    public LimiterShard(int number, LimiterContext context)
    {
        (Number, _context) = (number, context);
        _mailbox = new(context.Options.MailboxCapacity);
        _entities = new(Math.Max(16, context.Options.MaxEntities / context.Options.Shards));
        _commits = new(number, context);
        Arrivals = new(this, _entities, context);
    }

    /// <summary>Its number in the region.</summary>
    public int Number { get; }

    /// <summary>Shards in the region.</summary>
    public int Count => _context.Options.Shards;

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

    /// <summary>Takes a message and serves it now, unless another thread is inside and will; what leaves the shard is put into the outbox.</summary>
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
        _now = Math.Max(_now, visit.At);
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
    public void Commit(Exception? error)
    {
        if (error is null)
        {
            _commits.Succeed();
            return;
        }
        _commits.Fail();
        _entities.Clear();
        Arrivals.Restart();
        _context.Known.Distrust();
        if (error is not (JournalConflictException or OperationCanceledException)) throw error;
    }

    /// <summary>Lets go of what has expired.</summary>
    public void Passivate(long now) => _entities.Sweep(now);

    /// <summary>Tells once everything is durable.</summary>
    public void Finish(FinishShard finish) => _finish = finish;

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
        try
        {
            message.Deliver(this, ref outbox);
            _commits.Start(Arrivals.Epoch, _now);
            if (_finish is not null && _commits.IsIdle && Arrivals.IsIdle) _finish.Drop(ref outbox);
        }
        catch (Exception error)
        {
            Stop(error, message, ref outbox);
        }
    }

    /// <summary>A fault of this program: nobody waits for ever, and the node says it.</summary>
    private void Stop(Exception error, LimiterMessage during, ref Outbox outbox)
    {
        _fault = error;
        Log.Clear();
        during.Drop(ref outbox);
        Arrivals.DropAll(ref outbox);
        _commits.Fail();
        _finish?.Drop(ref outbox);
    }
}
