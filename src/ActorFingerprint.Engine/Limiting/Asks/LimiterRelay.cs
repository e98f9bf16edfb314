using System.Buffers;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>
/// Takes a region's messages to the shards of other nodes. An ask is sent once: whether one that fails was carried out is not known, and a
/// failure counted twice would be worse than one answered by its policy.
/// </summary>
internal sealed class LimiterRelay(
    LimiterCluster cluster, LimiterRegionOptions options, FactsFormat facts, EngineScheduler scheduler, TimeProvider time,
    Action<LimiterMessage> send)
{
    private static readonly TimeSpan ComplaintLifetime = TimeSpan.FromSeconds(30);

    private long _number;
    private volatile Complained? _complaint;

    /// <summary>
    /// What another node refused lately, in one line: its rules, secrets or clock are not those of this node. Null for nothing.
    /// </summary>
    public string? Complaint =>
        _complaint is { } complaint && time.GetElapsedTime(complaint.At) < ComplaintLifetime ? complaint.Text : null;

    /// <summary>Takes a visit to its next owner, and goes on with it from there.</summary>
    public void Ask(LimiterVisit visit) => _ = scheduler.Start(() => AskAsync(visit));

    /// <summary>Asks the owner of a previous key for its state.</summary>
    public void Ask(HandOver handOver) => _ = scheduler.Start(() => AskAsync(handOver));

    private async Task AskAsync(LimiterVisit visit)
    {
        var isServed = false;
        try
        {
            var left = TimeSpan.FromSeconds((visit.ExpiresAt - time.GetTimestamp()) / (double)time.TimestampFrequency);
            if (!visit.IsAnswered && left > TimeSpan.Zero)
            {
                var answer = await AskAsync(
                    visit.DestinationOf(options.Shards), visit.AskKind, visit.Generation, left, output => visit.WriteAsk(output, facts));
                isServed = Take(answer, visit);
            }
        }
        catch (Exception error) when (IsFailure(error))
        {
            // its policy answers
        }
        if (!isServed) visit.Fail();
        visit.GoOn(send);
    }

    private async Task AskAsync(HandOver handOver)
    {
        LimiterMessage? carried;
        try
        {
            var wanted = handOver.Wanted;
            var answer = await AskAsync(
                handOver.DestinationOf(options.Shards), LimiterAsk.HandOver, null, options.Deadline,
                output => HandOverFormat.Write(output, handOver));
            carried = Take(answer, handOver);
        }
        catch (Exception error) when (IsFailure(error))
        {
            carried = handOver.Refused(new JournalUnavailableException($"the previous generation's shard cannot be asked: {error.Message}"));
        }
        if (carried is not null) send(carried);
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(
        int shard, string kind, LimiterGeneration? generation, TimeSpan left, Action<CompactWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(320);
        var output = new CompactWriter(buffer);
        var (ring, previous) = generation?.Check ?? default;
        new LimiterAsk(cluster.Instance, Interlocked.Increment(ref _number), (long)left.TotalMilliseconds, ring, previous).Write(output);
        write(output);
        using var deadline = new CancellationTokenSource(left, time);
        return await cluster.Asks.AskAsync(LimiterManifests.Region, shard, kind, buffer.WrittenMemory, deadline.Token);
    }

    private bool Take(ReadOnlyMemory<byte> answer, LimiterVisit visit)
    {
        var input = new CompactReader(answer.Span);
        if (!IsServed(ref input)) return false;
        if (!visit.IsAnswered) visit.ReadProgress(ref input);
        return true;
    }

    private LimiterMessage? Take(ReadOnlyMemory<byte> answer, HandOver handOver)
    {
        var input = new CompactReader(answer.Span);
        return IsServed(ref input)
            ? handOver.With(StateFormat.Read(ref input, handOver.Wanted))
            : handOver.Refused(new JournalUnavailableException("the previous generation's shard could not answer"));
    }

    private bool IsServed(ref CompactReader input)
    {
        LimiterAsk.ReadVersion(ref input);
        var status = (AskStatus)input.Byte((byte)AskStatus.Refused);
        if (status == AskStatus.Refused) Complain(input.Text());
        return status == AskStatus.Served;
    }

    /// <summary>Whatever goes wrong on the way is for the policy to answer; what is no outage is told besides.</summary>
    private bool IsFailure(Exception error)
    {
        if (error is not (ShardUnreachableException or OperationCanceledException)) Complain(error.Message);
        return true;
    }

    private void Complain(string text) => _complaint = new($"another node does not decide for this one: {text}", time.GetTimestamp());

    private sealed record Complained(string Text, long At);
}
