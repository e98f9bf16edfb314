using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>One commit of a shard in the making: events, rows and snapshots in order, and who waits for them.</summary>
/// <param name="keepsEvents">False when the journal keeps no events: then none are encoded (<see cref="IJournal.KeepsEvents"/>).</param>
internal sealed class ShardCommit(bool keepsEvents)
{
    private readonly List<Action> _acknowledgements = [];

    /// <summary>Events and shard rows, in the order in which they were decided.</summary>
    public List<NewEvent> Events { get; } = [];

    /// <summary>Snapshots, written in the same transaction.</summary>
    public List<NewSnapshot> Snapshots { get; } = [];

    /// <summary>Decides and encodes: the actor evolves at once, storage follows with the commit.</summary>
    public void Append(DeviceActor actor, DeviceEvent @event)
    {
        actor.Evolve(@event);
        if (!keepsEvents) return;
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        Events.Add(new NewEvent(actor.PersistenceId, actor.SequenceNumber, manifest, payload, "device"));
    }

    /// <summary>Adds a snapshot of the actor as it is now; <paramref name="shardSequence"/> is the last row folded into it.</summary>
    public void Snapshot(DeviceActor actor, long shardSequence)
    {
        actor.Settle();
        var snapshot = new DeviceSnapshot(actor.State, actor.Counters, shardSequence);
        if (keepsEvents)
        {
            var (manifest, payload) = DeviceEventCodec.Encode(snapshot);
            Snapshots.Add(new NewSnapshot(actor.PersistenceId, actor.SequenceNumber, manifest, payload));
        }
        else Snapshots.Add(new NewSnapshot(actor.PersistenceId, actor.SequenceNumber, DeviceManifests.Snapshot, default) { Value = snapshot });
        actor.SnapshotTaken();
    }

    /// <summary>Runs once the commit is durable.</summary>
    public void WhenDurable(Action acknowledge) => _acknowledgements.Add(acknowledge);

    /// <summary>Tells everybody who waits.</summary>
    public void Acknowledge()
    {
        foreach (var acknowledge in _acknowledgements) acknowledge();
    }
}
