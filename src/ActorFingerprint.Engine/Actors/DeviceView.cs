using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Engine.Actors;

/// <summary>A device as read through its actor: committed state, and counters.</summary>
/// <param name="PersistenceId">Its pseudonym in the journal.</param>
/// <param name="State">Fold of its events.</param>
/// <param name="Counters">Fold of its counts.</param>
/// <param name="SequenceNumber">Sequence number of its last event.</param>
public sealed record DeviceView(string PersistenceId, DeviceState State, DeviceCounters Counters, long SequenceNumber);
