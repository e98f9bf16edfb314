using ActorFingerprint.Engine.Limiting.Asks;
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
    private const byte AtAddress = 0, AtAccount = 1, AtEnd = 2;

    private readonly OperationKind _kind;
    private readonly RequestFacts _facts;
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte _step;

    /// <summary>A request of this node.</summary>
    public LimiterOperation(OperationKind kind, in RequestFacts facts, LimiterGeneration generation) : base(generation, null)
    {
        (_kind, _facts) = (kind, facts);
        TryNext();
    }

    /// <summary>A request of another node, from where it stands.</summary>
    public LimiterOperation(in RequestFacts facts, ref CompactReader input, LimiterGeneration generation, AskReply reply)
        : base(generation, reply)
    {
        (_facts, _kind) = (facts, (OperationKind)input.Byte((byte)OperationKind.Reset));
        ReadProgress(ref input);
        if (!TryNext()) throw new FormatException("an operation that is asked for has no step left");
    }

    /// <summary>True when it is done and durable; false when it could not be.</summary>
    public Task<bool> Completion => _completion.Task;

    /// <summary>What a reader saw.</summary>
    public LimiterStateView View { get; private set; } = new();

    /// <summary>Blocks that were lifted.</summary>
    public int Lifted { get; private set; }

    public override bool IsAnswered => Reply is { } reply ? reply.IsOver : _completion.Task.IsCompleted;

    public override long At => _facts.At;

    public override string AskKind => LimiterAsk.Operate;

    public override void Fail()
    {
        if (Reply is { } reply) reply.Fail();
        else _completion.TrySetResult(false);
    }

    public override void WriteAsk(CompactWriter output, FactsFormat facts)
    {
        facts.Write(output, _facts);
        output.Byte((byte)_kind);
        WriteProgress(output);
    }

    public override void ReadProgress(ref CompactReader input)
    {
        _step = input.Byte(AtEnd);
        Lifted = (int)input.Number(int.MaxValue);
        View = StateViewFormat.Read(ref input);
    }

    protected override void WriteProgress(CompactWriter output)
    {
        output.Byte(_step);
        output.Number(Lifted);
        StateViewFormat.Write(output, View);
    }

    protected override bool TryNext()
    {
        if (_step == AtAccount && _facts.Keys.K4.IsNone) _step = AtEnd;
        if (_step == AtEnd) return false;
        Wanted = _step == AtAddress
            ? new(EntityKind.Address, _facts.Keys.K1, _facts.Policy.Api)
            : new(EntityKind.Account, _facts.Keys.K4, null);
        return true;
    }

    protected override void Run(LimiterEntity entity, LimiterShard shard)
    {
        Run(entity.State, shard.Log);
        _step++;
    }

    protected override void Finish() => Arrived();

    protected override void Durable()
    {
        if (Reply is { } reply) reply.Serve(WriteProgress);
        else _completion.TrySetResult(true);
    }

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
