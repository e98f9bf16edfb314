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
    private enum Stage
    {
        ReadAddress, ReadAccount, Conclude, ObserveAccount, ObserveMacroScope, ObserveAddress, ObserveDilution, Gather, MutateAddress,
        MutateAccount, PublishSoft, Done,
    }

    private const int Open = 0, Deciding = 1, Answered = 2;

    private readonly RequestFacts _facts;
    private readonly PolicyGuard _guard;
    private readonly LimitSignals _signals;
    private TaskCompletionSource<LimitResult>? _asked;
    private Stage _stage;
    private ActiveBlocks _blocks;
    private AccountObservation _account;
    private AddressObservation _address;
    private MacroObservation _macro;
    private DilutionFinding _dilution;
    private SoftBlocks _soft;
    private Verdict _verdict;
    private LimitResult _result;
    private bool _budgetUsedUp, _waits;
    private int _answer;

    public LimiterDecision(in RequestFacts facts, PolicyGuard guard, LimitSignals signals, LimiterGeneration generation) : base(generation)
    {
        (_facts, _guard, _signals) = (facts, guard, signals);
        Wanted = Of(EntityKind.Address);
    }

    /// <summary>When it was asked, for metrics.</summary>
    public long AskedAt { get; init; }

    public override bool IsAnswered => Volatile.Read(ref _answer) != Open;

    public override long At => _facts.At;

    private bool Ephemeral => _account.DeviceRefused || _address.DeviceRefused;

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
        if (Interlocked.CompareExchange(ref _answer, Deciding, Open) == Open) Tell(_guard.Failed(_facts));
    }

    public override void Raised(LimiterEvent @event) => _waits |= @event is LimiterEvent.Blocked;

    public override VisitStep Serve(LimiterShard shard)
    {
        for (; _stage != Stage.Done; _stage++)
        {
            if (_stage == Stage.Conclude && Concludes()) break;
            if (_stage == Stage.Gather) Gather();
            if (!Applies(_stage)) continue;
            if (IsAnswered) return VisitStep.Done; // too late: nobody listens any more
            var wanted = Of(KindOf(_stage));
            if (LimiterRegion.ShardOf(wanted.Key.Current, shard.Count) != shard.Number) return Wants(wanted, VisitStep.Travel);
            if (shard.Find(wanted) is not { } entity) return Wants(wanted, VisitStep.Bring);
            if (shard.IsBehind)
            {
                Fail();
                return VisitStep.Done;
            }
            Run(entity, shard);
            shard.Keep(entity, this);
        }
        Finish();
        return VisitStep.Done;
    }

    protected override void Durable() => Complete();

    private VisitStep Wants(EntityRef wanted, VisitStep step)
    {
        Wanted = wanted;
        return step;
    }

    private bool Applies(Stage stage) => stage switch
    {
        Stage.ReadAddress => true,
        Stage.ReadAccount => !_facts.Keys.K4.IsNone && (_facts.IsAuth || DeviceCapRule.Observes(_facts)),
        Stage.ObserveAccount => !_facts.Keys.K4.IsNone && (DeviceCapRule.Observes(_facts) || DistributedAccountRule.Observes(_facts)),
        Stage.ObserveMacroScope => MacroScopeRule.Observes(_facts),
        Stage.ObserveAddress => DeviceCapRule.Observes(_facts) || ChurnRule.Observes(_facts) || SprayRule.Observes(_facts),
        Stage.ObserveDilution => !Ephemeral && DilutionRule.Observes(_facts),
        Stage.MutateAddress => AddressDecider.Scores(_facts) || Churn || Spray || _dilution != DilutionFinding.None,
        Stage.MutateAccount => !_facts.Keys.K4.IsNone && _facts.IsAuth
            && (_facts.Command == LimitCommand.Failure || _budgetUsedUp || _account.Distributed != default
                || _account.Flood != FloodFinding.None),
        Stage.PublishSoft => _soft.Any && !_verdict.HasHard,
        _ => false,
    };

    private bool Churn => _address.Churn || _macro.Churn;

    private bool Spray => _address.Spray || _macro.Spray;

    private static EntityKind KindOf(Stage stage) => stage switch
    {
        Stage.ReadAccount or Stage.ObserveAccount or Stage.MutateAccount => EntityKind.Account,
        Stage.ObserveMacroScope => EntityKind.MacroScope,
        Stage.ObserveDilution => EntityKind.Dilution,
        _ => EntityKind.Address,
    };

    private EntityRef Of(EntityKind kind) => kind switch
    {
        EntityKind.Account => new(kind, _facts.Keys.K4, null),
        EntityKind.Address => new(kind, _facts.Keys.K1, _facts.Policy.Api),
        EntityKind.Dilution => new(kind, _facts.Keys.Device, null),
        _ => new(kind, _facts.Keys.Slash32, null),
    };

    private void Run(LimiterEntity entity, LimiterShard shard)
    {
        var log = shard.Log;
        switch (_stage)
        {
            case Stage.ReadAddress:
                Read(AddressDecider.Read((AddressState)entity.State, _facts, log), entity);
                break;
            case Stage.ReadAccount:
                var account = (AccountState)entity.State;
                Read(AccountDecider.Read(account, _facts, log), entity);
                _budgetUsedUp = AccountDecider.MeetsBudget(account, _facts);
                break;
            case Stage.ObserveAccount:
                _account = AccountDecider.Observe((AccountState)entity.State, _facts, log);
                break;
            case Stage.ObserveMacroScope:
                _macro = MacroScopeDecider.Observe((MacroScopeState)entity.State, _facts, log);
                break;
            case Stage.ObserveAddress:
                _address = AddressDecider.Observe((AddressState)entity.State, _facts, log);
                break;
            case Stage.ObserveDilution:
                _dilution = DilutionDecider.Observe((DilutionState)entity.State, _facts, log);
                break;
            case Stage.MutateAddress:
                _verdict.Add(AddressDecider.Mutate(
                    (AddressState)entity.State, _facts, Churn, Spray, _dilution, Ephemeral, out _soft, log));
                break;
            case Stage.MutateAccount:
                _verdict = AccountDecider.Mutate((AccountState)entity.State, _facts, _account, Ephemeral, _verdict, log);
                break;
            case Stage.PublishSoft:
                AddressDecider.PublishSoft((AddressState)entity.State, _facts, _soft, log);
                break;
        }
    }

    /// <summary>An answer that tells of a block promises it: when its event is not durable yet, the answer waits too.</summary>
    private void Read(in ActiveBlocks blocks, LimiterEntity entity)
    {
        _blocks = _blocks.With(blocks);
        if (blocks.HardLevel == 0 || entity.Uncommitted is not { } commit) return;
        commit.Await(this);
        _waits = true;
    }

    /// <summary>§7.1, §7.2: a hard block that is being served ends the decision, and so does a success.</summary>
    private bool Concludes()
    {
        if (_blocks.HardLevel == 0 && _facts.Command != LimitCommand.Success) return false;
        if (_blocks.HardLevel > 0) _verdict.Hard(_blocks.HardLevel, _blocks.HardSeconds, LimitReasons.ActiveBlock);
        return true;
    }

    private void Gather()
    {
        if (_blocks.SoftLevel > 0 && _facts.Command is LimitCommand.Check or LimitCommand.Access)
            _verdict.Soft(_blocks.SoftLevel, _blocks.SoftSeconds, LimitReasons.ActiveSoft);
    }

    private void Finish()
    {
        if (_waits || _facts.Command == LimitCommand.Failure) Arrived();
        else Complete();
    }

    private void Complete()
    {
        if (Interlocked.CompareExchange(ref _answer, Deciding, Open) != Open) return;
        Tell(new(
            _verdict.Decision, _verdict.Level, _verdict.RetryAfterSeconds, LimitMode.Normal, _verdict.Reasons, Ephemeral,
            _facts.Confidence, _macro.Active | _signals));
    }

    private void Tell(in LimitResult result)
    {
        _guard.Answered(result, AskedAt);
        _result = result;
        Interlocked.Exchange(ref _answer, Answered);
        Volatile.Read(ref _asked)?.TrySetResult(result);
    }
}
