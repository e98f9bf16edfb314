using System.Threading.Channels;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One shard of the limiter: one bounded mailbox, one loop, its entities. Commits run beside the loop, one at a time, so that requests that
/// need not wait for storage never do; a lost fence drops the entities, which recover from the journal.
/// </summary>
internal sealed class LimiterShard
{
    /// <summary>Visits served before the loop lets others run: a busy shard shares its thread.</summary>
    private const int VisitsPerTurn = 64;

    private readonly int _number;
    private readonly LimiterContext _context;
    private readonly LimiterEntities _entities;
    private readonly Channel<LimiterVisit> _mailbox = Channel.CreateUnbounded<LimiterVisit>(new() { SingleReader = true });
    private int _waiting;
    private long _epoch;
    private LimiterCommit _next = new();
    private LimiterCommit? _writing;
    private Task _written = Task.CompletedTask;
    private Outcome? _outcome;
    private LimiterVisit? _serving;

    public LimiterShard(int number, LimiterContext context)
    {
        (_number, _context) = (number, context);
        _entities = new(Math.Max(16, context.Options.MaxEntities / context.Options.Shards));
    }

    /// <summary>Its number in the region.</summary>
    public int Number => _number;

    /// <summary>Shards in the region.</summary>
    public int Count => _context.Options.Shards;

    /// <summary>Collects the events of the stage at hand.</summary>
    public EventLog Log { get; } = new();

    /// <summary>Entities in memory.</summary>
    public int EntityCount { get; private set; }

    /// <summary>Storage is so far behind that no more events may wait.</summary>
    public bool IsBehind => _next.Count >= _context.Options.MaxUncommittedEvents;

    /// <summary>Puts a visit into the mailbox, which this bounds; false when it is full or the shard has stopped.</summary>
    public bool TryPost(LimiterVisit visit)
    {
        if (Interlocked.Increment(ref _waiting) <= _context.Options.MailboxCapacity && _mailbox.Writer.TryWrite(visit)) return true;
        Interlocked.Decrement(ref _waiting);
        return false;
    }

    /// <summary>Takes no more visits; the loop ends after those it has, once its events are durable or refused.</summary>
    public void Stop() => _mailbox.Writer.TryComplete();

    /// <summary>The entity, when it is in memory.</summary>
    public LimiterEntity? Find(in EntityRef wanted) => _entities.Find(wanted.Kind, wanted.Key.Current);

    /// <summary>Keys in memory by type.</summary>
    public KeyCounts CountKeys() => _entities.CountKeys();

    /// <summary>Puts the events in <see cref="Log"/> into the next commit, and tells the visit of them.</summary>
    public void Keep(LimiterEntity entity, LimiterVisit visit)
    {
        if (Log.Events.Count == 0) return;
        _next.Append(entity, Log.Events, _context.Options.SnapshotEvery, visit.At);
        _next.Await(visit);
        foreach (var raised in Log.Events) visit.Raised(raised);
        Log.Clear();
    }

    /// <summary>Serves the mailbox until it is stopped.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await _mailbox.Reader.WaitToReadAsync())
            {
                var served = 0;
                for (; served < VisitsPerTurn && _mailbox.Reader.TryRead(out var visit); served++)
                {
                    Interlocked.Decrement(ref _waiting);
                    await ServeAsync(visit);
                }
                Settle();
                if (served == VisitsPerTurn) await Task.Yield();
            }
            while (_writing is not null)
            {
                await _written;
                Settle();
            }
        }
        catch (Exception error)
        {
            _mailbox.Writer.TryComplete(error);
            _serving?.Fail();
            _writing?.Fail();
            _next.Fail();
            while (_mailbox.Reader.TryRead(out var visit)) visit.Fail();
            throw;
        }
    }

    private async ValueTask ServeAsync(LimiterVisit visit)
    {
        _serving = visit;
        try
        {
            if (_epoch == 0 && visit is not (Poke or LimiterCensus))
                _epoch = await _context.Journal.ClaimShardAsync(
                    LimiterManifests.Region, _number, _context.Options.Owner, CancellationToken.None);
            if (visit.SeeksPrevious) await HandOverAsync(visit);
            else while (visit.Serve(this) is var step and not VisitStep.Done)
            {
                if (step == VisitStep.Bring && await BringAsync(visit)) continue;
                _context.Post(visit);
                break;
            }
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalCorruptException)
        {
            visit.Fail();
        }
        _serving = null;
    }

    /// <summary>
    /// Puts the wanted entity into memory, new, recovered or carried over. False when the visit must first seek the previous generation's
    /// state elsewhere.
    /// </summary>
    private async ValueTask<bool> BringAsync(LimiterVisit visit)
    {
        var wanted = visit.Wanted;
        var entity = await _context.Loader.LoadAsync(wanted);
        if (entity.SequenceNumber == 0 && !wanted.Key.Previous.IsNone)
        {
            if (visit.Previous is null)
            {
                visit.SeeksPrevious = true;
                return false;
            }
            CarryOver(entity, visit);
        }
        visit.Previous = null;
        _entities.Add(entity, visit.At);
        return true;
    }

    /// <summary>Once, in one event (AF-1 §5.2): the entity begins as its previous-generation namesake was.</summary>
    private void CarryOver(LimiterEntity entity, LimiterVisit visit)
    {
        var facts = visit.Previous!.Facts(visit.At);
        if (facts.Count > 0) Log.Raise(entity.State, new LimiterEvent.CarriedOver(visit.At, facts));
        entity.State.AdoptVolatile(visit.Previous);
        Keep(entity, visit);
    }

    /// <summary>Gives the state under a previous key to a visit and sends it back. The entity is never written again.</summary>
    private async ValueTask HandOverAsync(LimiterVisit visit)
    {
        var wanted = visit.Wanted;
        var entity = _entities.Remove(wanted.Kind, wanted.Key.Previous) ?? await _context.Loader.LoadPreviousAsync(wanted);
        (visit.Previous, visit.SeeksPrevious) = (entity.State, false);
        _context.Post(visit);
    }

    /// <summary>Between two turns: hears of the commit, passivates what has expired, starts the next commit.</summary>
    private void Settle()
    {
        if (Interlocked.Exchange(ref _outcome, null) is { } outcome)
        {
            var writing = _writing!;
            _writing = null;
            if (outcome.Error is { } error) Lose(writing, error);
            else writing.Succeed();
        }
        EntityCount = _entities.Count;
        if (_writing is not null || _next.Count == 0) return;
        (_writing, _next) = (_next, new LimiterCommit());
        _written = WriteAsync(_writing.ToWrite(new ShardFence(LimiterManifests.Region, _number, _epoch)));
    }

    /// <summary>Nothing of the commit, nor of what was decided since, was promised: who waits is told, and all entities recover.</summary>
    private void Lose(LimiterCommit lost, Exception error)
    {
        lost.Fail();
        _next.Fail();
        _next = new LimiterCommit();
        _entities.Clear();
        _epoch = 0;
        if (error is not (JournalConflictException or OperationCanceledException)) throw error;
    }

    /// <summary>Writes beside the loop; leaves the outcome and wakes it.</summary>
    private async Task WriteAsync(AtomicWrite write)
    {
        Exception? failed = null;
        try
        {
            await _context.Commits.CommitAsync(write);
        }
        catch (Exception error)
        {
            failed = error;
        }
        Volatile.Write(ref _outcome, new Outcome(failed));
        Interlocked.Increment(ref _waiting);
        _mailbox.Writer.TryWrite(Poke.Instance);
    }

    /// <summary>How a commit ended.</summary>
    private sealed record Outcome(Exception? Error);

    /// <summary>Wakes the loop; wants nothing.</summary>
    internal sealed class Poke : LimiterVisit
    {
        /// <summary>The only one.</summary>
        public static Poke Instance { get; } = new();

        public override long At => 0;

        public override bool IsAnswered => true;

        public override VisitStep Serve(LimiterShard shard) => VisitStep.Done;

        public override void Fail()
        {
        }

        protected override void Durable()
        {
        }
    }
}
