using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The commits of one shard: one under way, one in the making, which takes what is decided meanwhile. Requests that need not wait for
/// storage never do. Belongs to whoever owns the shard.
/// </summary>
internal sealed class ShardCommits(int shard, LimiterContext context)
{
    private LimiterCommit _next = new(1);
    private LimiterCommit? _writing;

    /// <summary>Everything is durable.</summary>
    public bool IsIdle => _writing is null && _next.Count == 0;

    /// <summary>Storage is so far behind that no more events may wait.</summary>
    public bool IsBehind => _next.Count >= context.Options.MaxUncommittedEvents;

    /// <summary>The commit that holds the latest events of an entity; null once they are durable.</summary>
    public LimiterCommit? HolderOf(LimiterEntity entity) =>
        entity.Commit == _next.Number ? _next : entity.Commit == _writing?.Number ? _writing : null;

    /// <summary>Puts events into the next commit; the visit that raised them, if any, waits for it.</summary>
    public void Keep(LimiterEntity entity, IReadOnlyList<LimiterEvent> events, LimiterVisit? visit)
    {
        if (!context.Journal.KeepsEvents) return; // a journal that nobody can read need not be written
        _next.Append(entity, events);
        if (visit is not null) _next.Await(visit);
    }

    /// <summary>Whether this commit is under way: one that the shard has given up ends unheard.</summary>
    public bool IsWriting(long number) => _writing?.Number == number;

    /// <summary>Starts the next commit when there is one to start and none under way.</summary>
    public void Start(long epoch)
    {
        if (_writing is null && _next.Count > 0) Write(epoch); // apart: a closure here would cost every message an object
    }

    /// <summary>The commit under way is durable.</summary>
    public void Succeed()
    {
        var written = _writing!;
        _writing = null;
        written.Succeed(context.Known);
    }

    /// <summary>Nothing of the commit, nor of what was decided since, was promised: who waits is told.</summary>
    public void Fail()
    {
        _writing?.Fail();
        _next.Fail();
        (_writing, _next) = (null, new LimiterCommit(_next.Number + 1));
    }

    private void Write(long epoch)
    {
        var commit = _writing = _next;
        _next = new LimiterCommit(commit.Number + 1);
        var now = context.Time.GetUtcNow().ToUnixTimeSeconds(); // of this commit: a clock that was ahead for a moment must not end blocks in later snapshots
        var write = commit.ToWrite(new ShardFence(LimiterManifests.Region, shard, epoch), context.Options.SnapshotEvery, now);
        context.Commits.Commit(write, error => context.Send(new Committed(shard, commit.Number, error)));
    }

    /// <summary>How the commit under way ended.</summary>
    private sealed class Committed(int shard, long number, Exception? error) : LimiterMessage
    {
        public override int DestinationOf(int shards) => shard;

        public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Commit(number, error, ref outbox);
    }
}
