using System.Buffers;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>How an ask of another node ended here.</summary>
internal enum AskStatus : byte
{
    /// <summary>It got as far as it gets here; how far, follows.</summary>
    Served,

    /// <summary>It could not be finished: storage, a lost shard, too much at once. Part of it may have been carried out.</summary>
    Failed,

    /// <summary>It was not carried out, as the two nodes do not agree on something; why, follows.</summary>
    Refused,
}

/// <summary>
/// The answer that another node waits for; given once. <paramref name="expiresAt"/>: the timestamp after which it waits no more.
/// </summary>
internal sealed class AskReply(int shard, (ulong Current, ulong Previous) names, TimeProvider time, long expiresAt)
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Check values of the secrets that the names of the ask were made with.</summary>
    public (ulong Current, ulong Previous) Names => names;

    /// <summary>The answer.</summary>
    public Task<ReadOnlyMemory<byte>> Answer => _answer.Task;

    /// <summary>It was given, or nobody waits for it any more: nothing may be counted for it.</summary>
    public bool IsOver => _answer.Task.IsCompleted || time.GetTimestamp() > expiresAt;

    /// <summary>The shard was not here; nothing was carried out.</summary>
    public bool HasMoved => _answer.Task.IsFaulted;

    /// <summary>It got so far.</summary>
    public void Serve(Action<CompactWriter> write) => Give(AskStatus.Served, write);

    /// <summary>It could not be finished.</summary>
    public void Fail() => Give(AskStatus.Failed, null);

    /// <summary>It was not carried out, and asking again will not help.</summary>
    public void Refuse(string why) => Give(AskStatus.Refused, output => output.Text(why));

    /// <summary>It was not carried out: the shard is not here.</summary>
    public void Moved() => _answer.TrySetException(new ShardMovedException(LimiterManifests.Region, shard));

    private void Give(AskStatus status, Action<CompactWriter>? write)
    {
        if (_answer.Task.IsCompleted) return;
        var buffer = new ArrayBufferWriter<byte>(64);
        var output = new CompactWriter(buffer);
        output.Byte(LimiterAsk.Version);
        output.Byte((byte)status);
        write?.Invoke(output);
        _answer.TrySetResult(buffer.WrittenMemory);
    }
}
