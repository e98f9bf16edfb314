using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What an operator wants of one context.</summary>
internal enum OperationKind
{
    /// <summary>To look.</summary>
    Read,

    /// <summary>No blocks any more.</summary>
    Unblock,

    /// <summary>Nothing stored any more.</summary>
    Reset,
}

/// <summary>An operator's request: visits the address scope, then the account, and completes once what it changed is durable.</summary>
internal sealed class LimiterOperation : LimiterVisit
{
    private readonly OperationKind _kind;
    private readonly RequestFacts _facts;
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _atAccount;

    public LimiterOperation(OperationKind kind, in RequestFacts facts, LimiterGeneration generation) : base(generation)
    {
        (_kind, _facts) = (kind, facts);
        Wanted = new(EntityKind.Address, facts.Keys.K1, facts.Policy.Api);
    }

    /// <summary>True when it is done and durable; false when it could not be.</summary>
    public Task<bool> Completion => _completion.Task;

    /// <summary>What a reader saw.</summary>
    public LimiterStateView View { get; private set; } = new();

    /// <summary>Blocks that were lifted.</summary>
    public int Lifted { get; private set; }

    public override bool IsAnswered => _completion.Task.IsCompleted;

    public override long At => _facts.At;

    public override void Fail() => _completion.TrySetResult(false);

    public override VisitStep Serve(LimiterShard shard)
    {
        while (true)
        {
            if (LimiterRegion.ShardOf(Wanted.Key.Current, shard.Count) != shard.Number) return VisitStep.Travel;
            if (shard.Find(Wanted) is not { } entity) return VisitStep.Bring;
            Run(entity.State, shard.Log);
            shard.Keep(entity, this);
            if (_atAccount || _facts.Keys.K4.IsNone) break;
            _atAccount = true;
            Wanted = new(EntityKind.Account, _facts.Keys.K4, null);
        }
        Arrived();
        return VisitStep.Done;
    }

    protected override void Durable() => _completion.TrySetResult(true);

    private void Run(EntityState state, EventLog log)
    {
        switch (_kind, state)
        {
            case (OperationKind.Read, AddressState address): View = View.With(_facts, address); break;
            case (OperationKind.Read, AccountState account): View = View.With(_facts, account); break;
            case (OperationKind.Unblock, AddressState address):
                AddressDecider.Read(address, _facts, log);
                Lifted += AddressDecider.Unblock(address, _facts, log);
                break;
            case (OperationKind.Unblock, AccountState account):
                AccountDecider.Read(account, _facts, log);
                Lifted += AccountDecider.Unblock(account, _facts, log);
                break;
            case (OperationKind.Reset, AccountState):
            case (OperationKind.Reset, AddressState) when _facts.Keys.K4.IsNone:
                log.Raise(state, new LimiterEvent.Reset(_facts.At));
                break;
        }
    }
}
