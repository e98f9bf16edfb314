using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>Asks a device wherever its shard is: here through its mailbox, elsewhere through its owner.</summary>
/// <param name="region">The shards of this node.</param>
/// <param name="elsewhere">The way to other nodes; null when there are none.</param>
internal sealed class DeviceAsks(ShardRegion region, IShardAsks? elsewhere) : IShardAskHandler
{
    /// <summary>Asks one device; answered when durable.</summary>
    public Task<DeviceReply> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop) => RouteAsync(
        region.ShardOf(device), () => region.AskAsync(device, command, stop), new DeviceAsk.Tell(device, command), DeviceAskCodec.DecodeReply, stop);

    /// <summary>Reads one device through its actor.</summary>
    public Task<DeviceView?> GetAsync(DeviceKey device, CancellationToken stop) => RouteAsync(
        region.ShardOf(device), () => region.GetAsync(device, stop), new DeviceAsk.Get(device), DeviceAskCodec.DecodeView, stop);

    /// <summary>
    /// Erases one device. Devices whose events named it are loaded anew, and their snapshots dropped once more in case one was
    /// written meanwhile.
    /// </summary>
    public async Task<DeviceReply> EraseAsync(DeviceKey device, long atTicks, CancellationToken stop)
    {
        var reply = await AskAsync(device, new DeviceCommand.Erase(atTicks), stop);
        if (reply.Mentioned.Count == 0) return reply;
        var mentioned = reply.Mentioned.ToHashSet(StringComparer.Ordinal);
        var reload = new DeviceAsk.Reload(reply.Mentioned);
        for (var shard = 0; shard < region.Count; shard++)
        {
            var asked = shard;
            await RouteAsync(asked, () => ReloadAsync(asked, mentioned), reload, static _ => true, CancellationToken.None);
        }
        return reply with { OldBytesAreGone = await region.DropSnapshotsAsync(reply.Mentioned) };
    }

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        switch (DeviceAskCodec.Decode(kind, request.Span))
        {
            case DeviceAsk.Get(var device) when region.ShardOf(device) == shard:
                return DeviceAskCodec.Encode(await region.GetAsync(device, stop));
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

    private async Task<bool> ReloadAsync(int shard, IReadOnlySet<string> persistenceIds)
    {
        await region.ReloadAsync(shard, persistenceIds);
        return true;
    }
}
