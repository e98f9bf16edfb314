using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>What happens to asks on their way, decided by a seeded random number.</summary>
internal sealed record AskFaults
{
    /// <summary>Share of asks that never arrive, 0 to 1.</summary>
    public double LostAsks { get; init; }

    /// <summary>Share of answers that never arrive.</summary>
    public double LostAnswers { get; init; }

    /// <summary>Share of asks that arrive twice.</summary>
    public double Twice { get; init; }

    /// <summary>Longest delay on the way.</summary>
    public TimeSpan Delay { get; init; }
}

/// <summary>Asks between regions of one process: who owns a shard is written here, as announcements would tell.</summary>
internal sealed class MemoryAsks(TimeProvider time, Random random) : IShardAsks
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Owner of a shard; null for nobody.</summary>
    public Func<int, IShardAskHandler?> OwnerOf { get; set; } = _ => null;

    public AskFaults Faults { get; set; } = new();

    /// <summary>Asks that an owner was given.</summary>
    public int Delivered { get; private set; }

    /// <summary>Asks that were lost, with or without being carried out.</summary>
    public int Lost { get; private set; }

    /// <summary>Bytes of the longest ask.</summary>
    public int Longest { get; private set; }

    /// <summary>Called before an ask is delivered.</summary>
    public Action<int, string>? Delivering { get; set; }

    public List<byte[]> Requests { get; } = [];

    public async Task<ReadOnlyMemory<byte>> AskAsync(
        string region, int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        Assert(region == LimiterManifests.Region);
        Longest = Math.Max(Longest, request.Length);
        if (Requests.Count < 4096) Requests.Add(request.ToArray());
        var sent = request.ToArray(); // the sender may use its buffer again
        while (true)
        {
            try
            {
                if (Faults.Delay > TimeSpan.Zero) await Task.Delay(Faults.Delay * random.NextDouble(), time, stop);
                else await Task.Yield();
                Lose(Faults.LostAsks);
                Delivering?.Invoke(shard, kind);
                if (OwnerOf(shard) is { } owner)
                {
                    Delivered++;
                    var twice = random.NextDouble() < Faults.Twice;
                    var answer = owner.AnswerAsync(shard, kind, sent, CancellationToken.None);
                    if (twice) _ = owner.AnswerAsync(shard, kind, sent, CancellationToken.None);
                    var answered = await answer;
                    if (Faults.Delay > TimeSpan.Zero) await Task.Delay(Faults.Delay * random.NextDouble(), time, stop);
                    Lose(Faults.LostAnswers);
                    stop.ThrowIfCancellationRequested();
                    return answered.ToArray();
                }
            }
            catch (ShardMovedException)
            {
                // it was not carried out: the next owner is asked
            }
            catch (OperationCanceledException)
            {
                throw new ShardUnreachableException("the answer came too late");
            }
            try
            {
                await Task.Delay(Pause, time, stop);
            }
            catch (OperationCanceledException)
            {
                throw new ShardUnreachableException("nobody owns the shard");
            }
        }
    }

    private void Lose(double rate)
    {
        if (rate <= 0 || random.NextDouble() >= rate) return;
        Lost++;
        throw new ShardUnreachableException("the connection broke");
    }

    private static void Assert(bool condition) => Xunit.Assert.True(condition);
}
