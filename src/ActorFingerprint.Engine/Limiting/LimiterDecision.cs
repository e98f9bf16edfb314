using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One decision on its way (AF-1 §7): reads, observations, then mutations, each inside the entity that owns the state. Stages that cannot
/// matter are left out, and stages on one shard follow each other without a mailbox between them.
/// </summary>
internal sealed class LimiterDecision : LimiterVisit
{
    private const int Open = 0, Deciding = 1, Answered = 2;

    private readonly RequestFacts _facts;
    private readonly PolicyGuard? _guard;
    private readonly LimitSignals _signals;
    private TaskCompletionSource<LimitResult>? _asked;
    private DecisionProgress _progress;
    private LimitResult _result;
    private bool _waits;
    private int _answer;

    /// <summary>A request of this node.</summary>
    public LimiterDecision(in RequestFacts facts, PolicyGuard guard, LimitSignals signals, LimiterGeneration generation)
        : base(generation, null)
    {
        (_facts, _guard, _signals) = (facts, guard, signals);
        Wanted = Of(EntityKind.Address);
    }

    /// <summary>A request of another node, from where it stands.</summary>
    public LimiterDecision(in RequestFacts facts, ref CompactReader input, LimiterGeneration generation, AskReply reply)
        : base(generation, reply)
    {
        (_facts, _progress) = (facts, DecisionProgress.Read(ref input));
        if (!TryNext()) throw new FormatException("a decision that is asked for has no step left");
    }

    /// <summary>When it was asked, for metrics.</summary>
    public long AskedAt { get; init; }

    public override bool IsAnswered => Reply is { } reply ? reply.IsOver : Volatile.Read(ref _answer) != Open;

    public override long At => _facts.At;

    public override string AskKind => LimiterAsk.Decide;

    private bool Ephemeral => _progress.Account.DeviceRefused || _progress.Address.DeviceRefused;

    /// <summary>The answer; most are there by the time that the caller asks. To be called once.</summary>
    public Task<LimitResult> AnswerAsync()
    {
        if (Volatile.Read(ref _answer) == Answered) return Task.FromResult(_result);
        var asked = new TaskCompletionSource<LimitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _asked, asked);
        if (Volatile.Read(ref _answer) == Answered) asked.TrySetResult(_result); // it came in between
        return asked.Task;
    }

    public override void Fail()
    {
        if (Reply is { } reply) reply.Fail();
        else if (Interlocked.CompareExchange(ref _answer, Deciding, Open) == Open) Tell(_guard!.Failed(_facts));
    }

    public override void Raised(LimiterEvent @event) => _waits |= @event is LimiterEvent.Blocked;

    public override void WriteAsk(CompactWriter output, FactsFormat facts)
    {
        facts.Write(output, _facts);
        _progress.Write(output);
    }

    public override void ReadProgress(ref CompactReader input) => _progress = DecisionProgress.Read(ref input);

    protected override void WriteProgress(CompactWriter output) => _progress.Write(output);

    protected override bool TryNext()
    {
        for (; _progress.Stage != DecisionStage.Done; _progress.Stage++)
        {
            var stage = _progress.Stage;
            if (stage == DecisionStage.Conclude && Concludes())
            {
                _progress.Stage = DecisionStage.Done;
                return false;
            }
            if (stage == DecisionStage.Gather) Gather();
            if (!Applies(stage)) continue;
            Wanted = Of(KindOf(stage));
            return true;
        }
        return false;
    }

    protected override void Durable() => Complete();

    private bool Applies(DecisionStage stage) => stage switch
    {
        DecisionStage.ReadAddress => true,
        DecisionStage.ReadAccount => !_facts.Keys.K4.IsNone && (_facts.IsAuth || DeviceCapRule.Observes(_facts)),
        DecisionStage.ObserveAccount =>
            !_facts.Keys.K4.IsNone && (DeviceCapRule.Observes(_facts) || DistributedAccountRule.Observes(_facts)),
        DecisionStage.ObserveMacroScope => MacroScopeRule.Observes(_facts),
        DecisionStage.ObserveAddress => DeviceCapRule.Observes(_facts) || ChurnRule.Observes(_facts) || SprayRule.Observes(_facts),
        DecisionStage.ObserveDilution => !Ephemeral && DilutionRule.Observes(_facts),
        DecisionStage.MutateAddress => AddressDecider.Scores(_facts) || Churn || Spray || _progress.Dilution != DilutionFinding.None,
        DecisionStage.MutateAccount => !_facts.Keys.K4.IsNone && _facts.IsAuth
            && (_facts.Command == LimitCommand.Failure || _progress.BudgetUsedUp || _progress.Account.Distributed != default
                || _progress.Account.Flood != FloodFinding.None),
        DecisionStage.PublishSoft => _progress.Soft.Any && !_progress.Verdict.HasHard,
        _ => false,
    };

    private bool Churn => _progress.Address.Churn || _progress.Macro.Churn;

    private bool Spray => _progress.Address.Spray || _progress.Macro.Spray;

    private static EntityKind KindOf(DecisionStage stage) => stage switch
    {
        DecisionStage.ReadAccount or DecisionStage.ObserveAccount or DecisionStage.MutateAccount => EntityKind.Account,
        DecisionStage.ObserveMacroScope => EntityKind.MacroScope,
        DecisionStage.ObserveDilution => EntityKind.Dilution,
        _ => EntityKind.Address,
    };

    private EntityRef Of(EntityKind kind) => kind switch
    {
        EntityKind.Account => new(kind, _facts.Keys.K4, null),
        EntityKind.Address => new(kind, _facts.Keys.K1, _facts.Policy.Api),
        EntityKind.Dilution => new(kind, _facts.Keys.Device, null),
        _ => new(kind, _facts.Keys.Slash32, null),
    };

    protected override void Run(LimiterEntity entity, LimiterShard shard)
    {
        var log = shard.Log;
        switch (_progress.Stage)
        {
            case DecisionStage.ReadAddress:
                Read(AddressDecider.Read((AddressState)entity.State, _facts, log), entity, shard);
                break;
            case DecisionStage.ReadAccount:
                var account = (AccountState)entity.State;
                Read(AccountDecider.Read(account, _facts, log), entity, shard);
                _progress.BudgetUsedUp = AccountDecider.MeetsBudget(account, _facts);
                break;
            case DecisionStage.ObserveAccount:
                _progress.Account = AccountDecider.Observe((AccountState)entity.State, _facts, log);
                break;
            case DecisionStage.ObserveMacroScope:
                _progress.Macro = MacroScopeDecider.Observe((MacroScopeState)entity.State, _facts, log);
                break;
            case DecisionStage.ObserveAddress:
                _progress.Address = AddressDecider.Observe((AddressState)entity.State, _facts, log);
                break;
            case DecisionStage.ObserveDilution:
                _progress.Dilution = DilutionDecider.Observe((DilutionState)entity.State, _facts, log);
                break;
            case DecisionStage.MutateAddress:
                _progress.Verdict.Add(AddressDecider.Mutate(
                    (AddressState)entity.State, _facts, Churn, Spray, _progress.Dilution, Ephemeral, out _progress.Soft, log));
                break;
            case DecisionStage.MutateAccount:
                _progress.Verdict = AccountDecider.Mutate(
                    (AccountState)entity.State, _facts, _progress.Account, Ephemeral, _progress.Verdict, log);
                break;
            case DecisionStage.PublishSoft:
                AddressDecider.PublishSoft((AddressState)entity.State, _facts, _progress.Soft, log);
                break;
        }
        _progress.Stage++;
    }

    /// <summary>An answer that tells of a block promises it: when its event is not durable yet, the answer waits too.</summary>
    private void Read(in ActiveBlocks blocks, LimiterEntity entity, LimiterShard shard)
    {
        _progress.Blocks = _progress.Blocks.With(blocks);
        if (blocks.HardLevel == 0 || shard.HolderOf(entity) is not { } commit) return;
        commit.Await(this);
        _waits = true;
    }

    /// <summary>§7.1, §7.2: a hard block that is being served ends the decision, and so does a success.</summary>
    private bool Concludes()
    {
        if (_progress.Blocks.HardLevel == 0 && _facts.Command != LimitCommand.Success) return false;
        if (_progress.Blocks.HardLevel > 0)
            _progress.Verdict.Hard(_progress.Blocks.HardLevel, _progress.Blocks.HardSeconds, LimitReasons.ActiveBlock);
        return true;
    }

    private void Gather()
    {
        if (_progress.Blocks.SoftLevel > 0 && _facts.Command is LimitCommand.Check or LimitCommand.Access)
            _progress.Verdict.Soft(_progress.Blocks.SoftLevel, _progress.Blocks.SoftSeconds, LimitReasons.ActiveSoft);
    }

    protected override void Finish()
    {
        if (_waits || _facts.Command == LimitCommand.Failure) Arrived();
        else Complete();
    }

    private void Complete()
    {
        if (Reply is { } reply)
        {
            reply.Serve(WriteProgress);
            return;
        }
        if (Interlocked.CompareExchange(ref _answer, Deciding, Open) != Open) return;
        var verdict = _progress.Verdict;
        Tell(new(
            verdict.Decision, verdict.Level, verdict.RetryAfterSeconds, LimitMode.Normal, verdict.Reasons, Ephemeral,
            _facts.Confidence, _progress.Macro.Active | _signals));
    }

    private void Tell(in LimitResult result)
    {
        _guard!.Answered(result, AskedAt);
        _result = result;
        Interlocked.Exchange(ref _answer, Answered);
        Volatile.Read(ref _asked)?.TrySetResult(result);
    }
}
