using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>
/// Answers what regions of other nodes ask of this one's shards: carries a request on as its own, as far as it gets here, and answers once
/// what that changed is durable where the answer promises it.
/// </summary>
internal sealed class LimiterAnswers(
    LimiterRegionOptions options, FactsFormat facts, TimeProvider time, Func<LimiterGeneration?> enter, Action<LimiterVisit> begin,
    Action<LimiterMessage> send)
{
    /// <summary>Seconds that the clocks of two nodes may differ: entities hold times of both.</summary>
    private const long MostSkew = 30;

    private readonly long _deadline = (long)(options.Deadline.TotalSeconds * time.TimestampFrequency);
    private readonly AskLedger _ledger = new((long)(2 * options.Deadline.TotalSeconds * time.TimestampFrequency));

    /// <inheritdoc cref="IShardAskHandler.AnswerAsync"/>
    public Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request)
    {
        var input = new CompactReader(request.Span);
        var ask = LimiterAsk.Read(ref input);
        var now = time.GetTimestamp();
        var left = Math.Min(_deadline, ask.LeftMs * time.TimestampFrequency / 1000);
        var reply = new AskReply(shard, (ask.Ring, ask.PreviousRing), time, now + left);
        if (!_ledger.TryAdd(ask, ref reply, now)) return reply.Answer;
        try
        {
            if (kind == LimiterAsk.HandOver) Give(shard, ref input, reply);
            else Carry(shard, kind, ask, ref input, reply, now + left);
        }
        catch (FormatException)
        {
            reply.Moved(); // the ledger keeps no answer open
            throw;
        }
        return reply.Answer;
    }

    /// <summary>Forgets asks that can come no more.</summary>
    public void Forget(long now) => _ledger.Forget(now);

    private void Give(int shard, ref CompactReader input, AskReply reply)
    {
        var handOver = HandOverFormat.Read(ref input, reply);
        input.End();
        Check(shard, handOver);
        send(handOver);
    }

    private void Carry(int shard, string kind, in LimiterAsk ask, ref CompactReader input, AskReply reply, long expiresAt)
    {
        if (enter() is not { } generation)
        {
            reply.Moved();
            return;
        }
        try
        {
            var visit = Read(kind, ref input, reply, generation, out var refusal);
            input.End();
            Check(shard, visit);
            refusal ??= !ask.Knows(generation.Check)
                ? "the limiter's secrets or its environment are others there: give all nodes the same limiter.secrets"
                : Math.Abs(visit.At - time.GetUtcNow().ToUnixTimeSeconds()) > MostSkew
                    ? $"the clocks differ by more than {MostSkew} s"
                    : null;
            if (refusal is null)
            {
                visit.ExpiresAt = expiresAt;
                if (ask.Ring == generation.Check.Current) begin(visit);
                else send(visit); // of the older generation: those of the newer one may wait for it, so it waits for nobody
                return;
            }
            reply.Refuse(refusal);
        }
        catch
        {
            generation.Leave();
            throw;
        }
        generation.Leave();
    }

    private LimiterVisit Read(string kind, ref CompactReader input, AskReply reply, LimiterGeneration generation, out string? refusal)
    {
        refusal = null;
        if (kind == LimiterAsk.Consume) return new LimiterThrottling(ref input, generation, reply);
        if (kind is not (LimiterAsk.Decide or LimiterAsk.Operate)) throw new FormatException($"the limiter knows no ask '{kind}'");
        var read = facts.Read(ref input, out refusal);
        return kind == LimiterAsk.Decide
            ? new LimiterDecision(read, ref input, generation, reply)
            : new LimiterOperation(read, ref input, generation, reply);
    }

    private void Check(int shard, LimiterMessage message)
    {
        if (message.DestinationOf(options.Shards) != shard)
            throw new FormatException($"the ask is not for shard {shard}: do both nodes have the same limiter.shards?");
    }
}
