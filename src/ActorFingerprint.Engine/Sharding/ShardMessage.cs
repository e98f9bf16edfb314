using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Actors;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>What a shard's mailbox holds.</summary>
internal abstract record ShardMessage
{
    /// <summary>The next batch of a run; <see cref="Applied"/> completes once it is durable, or was applied before.</summary>
    public sealed record Batch(string Run, long Number, IReadOnlyList<ShardEnvelope> Envelopes, TaskCompletionSource Applied) : ShardMessage;

    /// <summary>A command to one device that somebody waits for.</summary>
    public sealed record Ask(DeviceKey Device, DeviceCommand Command, TaskCompletionSource<DeviceReply> Reply) : ShardMessage;

    /// <summary>The state of one device; changes nothing.</summary>
    public sealed record Get(DeviceKey Device, TaskCompletionSource<DeviceView?> Reply) : ShardMessage;

    /// <summary>How far a run was applied.</summary>
    public sealed record GetWatermark(string Run, TaskCompletionSource<Watermark> Reply) : ShardMessage;

    /// <summary>Passivates devices without a message since <paramref name="IdleSinceTicks"/> (wall ticks); all of them with <see cref="long.MaxValue"/>.</summary>
    public sealed record Passivate(long IdleSinceTicks, TaskCompletionSource? Done) : ShardMessage;
}

/// <summary>Answer to an <see cref="ShardMessage.Ask"/>, given once everything is durable.</summary>
/// <param name="Found">False when the device is unknown; nothing was done then.</param>
/// <param name="Events">What the command caused; empty when it changed nothing.</param>
/// <param name="Refusal">Why the command was refused, or null.</param>
public sealed record DeviceReply(bool Found, IReadOnlyList<DeviceEvent> Events, string? Refusal = null);
