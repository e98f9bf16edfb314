using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One spending from a simple throttle (AF-1 §15). Answered at once: what a window of more than 15 minutes lost in a crash is what the
/// commit under way held.
/// </summary>
internal sealed class LimiterThrottling : LimiterVisit
{
    private const long LongestInterval = 1L << 40; // seconds

    private readonly ThrottleRule _rule;
    private readonly long _cost;
    private readonly TaskCompletionSource<ThrottleResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ThrottleResult? _result;

    /// <summary>A request of this node.</summary>
    public LimiterThrottling(ThrottleRule rule, in KeyPair key, long cost, long at, LimiterGeneration generation) : base(generation, null)
    {
        (_rule, _cost, At) = (rule, cost, at);
        Wanted = new(EntityKind.Throttle, key, null);
    }

    /// <summary>A request of another node. It does not tell the throttle's name, which is in the key.</summary>
    public LimiterThrottling(ref CompactReader input, LimiterGeneration generation, AskReply reply) : base(generation, reply)
    {
        _rule = new ThrottleRule("", input.Number(), input.Number(LongestInterval));
        (_cost, At) = (input.Number(), input.Number(uint.MaxValue * 16L));
        Wanted = new(EntityKind.Throttle, new(input.Key(), input.Byte(1) == 0 ? default : input.Key()), null);
        if (_rule.Limit < 1 || _rule.IntervalSeconds < 1 || _cost < 1) throw new FormatException("this is no throttle");
    }

    /// <summary>The answer.</summary>
    public Task<ThrottleResult> Answer => _answer.Task;

    public override bool IsAnswered => Reply is { } reply ? reply.IsOver : _answer.Task.IsCompleted;

    public override long At { get; }

    public override string AskKind => LimiterAsk.Consume;

    public override void Fail()
    {
        if (Reply is { } reply) reply.Fail();
        else _answer.TrySetResult(ThrottleResult.Unavailable);
    }

    public override void WriteAsk(CompactWriter output, FactsFormat facts)
    {
        output.Number(_rule.Limit);
        output.Number(_rule.IntervalSeconds);
        output.Number(_cost);
        output.Number(At);
        var key = Wanted.Key;
        output.Key(key.Current);
        output.Byte(key.Previous.IsNone ? (byte)0 : (byte)1);
        if (!key.Previous.IsNone) output.Key(key.Previous);
    }

    public override void ReadProgress(ref CompactReader input) =>
        _result = new(input.Byte(1) == 1, input.Number(), input.Number(), input.Number());

    protected override void WriteProgress(CompactWriter output)
    {
        var result = _result!.Value;
        output.Byte(result.Allowed ? (byte)1 : (byte)0);
        output.Number(result.Remaining);
        output.Number(result.RetryAfterSeconds);
        output.Number(result.ResetAt ?? 0);
    }

    protected override bool TryNext() => _result is null;

    protected override void Run(LimiterEntity entity, LimiterShard shard) =>
        _result = ((ThrottleState)entity.State).Consume(_rule, _cost, At, shard.Log);

    protected override void Finish()
    {
        if (Reply is { } reply) reply.Serve(WriteProgress);
        else _answer.TrySetResult(_result!.Value);
    }

    protected override void Durable()
    {
    }
}
