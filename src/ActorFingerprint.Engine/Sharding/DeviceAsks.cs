using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Asks a device wherever its shard is: here through its mailbox, elsewhere through its owner.</summary>
/// <param name="region">The shards of this node.</param>
/// <param name="elsewhere">The way to other nodes; null when there are none.</param>
internal sealed class DeviceAsks(ShardRegion region, IShardAsks? elsewhere) : IShardAskHandler
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _erasing = [];

    /// <summary>Asks one device; answered when durable.</summary>
    public Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop) => RouteAsync(
        region.ShardOf(device), () => region.AskAsync(device, command, stop), new DeviceAsk.Tell(device, command), DeviceAskCodec.DecodeReply, stop);

    /// <summary>Reads one device through its actor.</summary>
    public Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop) => RouteAsync(
        region.ShardOf(device), () => region.GetAsync(device, stop), new DeviceAsk.Get(device), DeviceAskCodec.DecodeView, stop);

    /// <summary>
    /// Erases one device, at the owner of its shard, where devices whose events named it are loaded anew after it. What has begun there runs
    /// to its end; <paramref name="stop"/> ends the wait for another node only.
    /// </summary>
    public Task<DeviceReply> EraseAsync(DeviceKey device, long atTicks, CancellationToken stop)
    {
        var erase = new DeviceCommand.Erase(atTicks);
        return RouteAsync(
            region.ShardOf(device), () => EraseHereAsync(device, erase, stop), new DeviceAsk.Tell(device, erase), DeviceAskCodec.DecodeReply, stop);
    }

    /// <summary>Waits for the erasures that have begun here.</summary>
    public async Task FinishAsync()
    {
        Task[] erasing;
        lock (_gate) erasing = [.. _erasing];
        foreach (var erasure in erasing) await ShardRegion.Ended(erasure);
    }

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        switch (DeviceAskCodec.Decode(kind, request.Span))
        {
            case DeviceAsk.Get(var device) when region.ShardOf(device) == shard:
                return DeviceAskCodec.Encode(await region.GetAsync(device, stop));
            case DeviceAsk.Tell(var device, DeviceCommand.Erase erase) when region.ShardOf(device) == shard:
                return DeviceAskCodec.Encode(await EraseHereAsync(device, erase, stop));
            case DeviceAsk.Tell(var device, var command) when region.ShardOf(device) == shard:
                return DeviceAskCodec.Encode(await region.AskAsync(device, command, stop));
            case DeviceAsk.Reload(var persistenceIds) when shard >= 0 && shard < region.Count:
                await ReloadAsync(shard, persistenceIds.ToHashSet(StringComparer.Ordinal));
                return default;
            default:
                throw new FormatException($"shard {shard} is not the one of this ask");
        }
    }

    private delegate T Decoding<T>(ReadOnlySpan<byte> answer);

    private async Task<T> RouteAsync<T>(int shard, Func<Task<T>> here, DeviceAsk ask, Decoding<T> decode, CancellationToken stop)
    {
        if (elsewhere is null) return await here();
        try
        {
            return await here();
        }
        catch (ShardMovedException)
        {
            var (kind, request) = DeviceAskCodec.Encode(ask);
            return decode((await elsewhere.AskAsync(region.Region, shard, kind, request, stop)).Span);
        }
    }

    private async Task<DeviceReply> EraseHereAsync(DeviceKey device, DeviceCommand.Erase erase, CancellationToken stop)
    {
        var erasing = EraseAndTellAsync(device, erase, stop);
        lock (_gate) _erasing.Add(erasing);
        try
        {
            return await erasing;
        }
        finally
        {
            lock (_gate) _erasing.Remove(erasing);
        }
    }

    /// <summary>
    /// After the erasure every shard is told of the devices that had named it, whichever can be reached, and their snapshots are dropped
    /// once more for those that cannot.
    /// </summary>
    private async Task<DeviceReply> EraseAndTellAsync(DeviceKey device, DeviceCommand.Erase erase, CancellationToken stop)
    {
        var reply = await region.EraseAsync(device, erase, stop);
        if (reply.Mentioned.Count == 0) return reply;
        var mentioned = reply.Mentioned.ToHashSet(StringComparer.Ordinal);
        var told = new Task<bool>[region.Count];
        for (var shard = 0; shard < told.Length; shard++) told[shard] = TryTellAsync(shard, mentioned, new(reply.Mentioned));
        var untold = 0;
        foreach (var answer in told)
            if (!await answer) untold++;
        var areGone = false;
        try
        {
            areGone = await region.DropSnapshotsAsync(reply.Mentioned);
        }
        catch (OperationCanceledException)
        {
            // the node stops while storage refuses
        }
        return reply with { OldBytesAreGone = areGone, Untold = untold };
    }

    /// <summary>False when the shard cannot be told, for whatever reason: the others must be all the same.</summary>
    private async Task<bool> TryTellAsync(int shard, IReadOnlySet<string> mentioned, DeviceAsk.Reload reload)
    {
        try
        {
            return await RouteAsync(shard, () => ReloadAsync(shard, mentioned), reload, static _ => true, CancellationToken.None);
        }
        catch (Exception)
        {
            return false;
        }
    }

    private async Task<bool> ReloadAsync(int shard, IReadOnlySet<string> persistenceIds)
    {
        await region.ReloadAsync(shard, persistenceIds);
        return true;
    }
}
