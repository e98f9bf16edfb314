namespace ActorFingerprint.Core.Devices;

/// <summary>
/// A device's state and counters at one point, to shorten replay. <see cref="ShardSequence"/> is the sequence number of the last
/// row of the device's shard that is folded into <see cref="Counters"/>; later rows are still to be added.
/// </summary>
public sealed record DeviceSnapshot(DeviceState State, DeviceCounters Counters, long ShardSequence);
