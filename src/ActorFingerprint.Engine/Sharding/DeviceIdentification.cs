using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Diagnostics;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Asks the classifier again whenever a device showed something that the signature database knows, at once and by the same observation: the
/// answers do not depend on where batches end.
/// </summary>
/// <param name="classifier">Who answers.</param>
/// <param name="database">Version of the signatures, kept with each answer.</param>
/// <param name="metrics">Counts and times, when somebody asks for them.</param>
/// <param name="time">Clock of the times.</param>
public sealed class DeviceIdentification(DeviceClassifier classifier, string database, IdentificationMetrics? metrics = null, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Journals what an observation's server name tells, and a changed answer.</summary>
    internal void After(DeviceActor actor, Observation observation, IReadOnlyList<DeviceEvent> events, string run, ShardCommit commit)
    {
        var concerns = Concerns(events);
        if (classifier.ServerSeen(actor.State, observation, run) is { } seen)
        {
            commit.Append(actor, seen);
            concerns = true;
        }
        if (concerns) Classify(actor, observation.AtTicks, new Sighting(run, observation.Frame, observation.Index), commit);
    }

    /// <summary>Journals a changed answer after events that no observation caused.</summary>
    internal void After(DeviceActor actor, IReadOnlyList<DeviceEvent> events, long atTicks, Sighting where, ShardCommit commit)
    {
        if (Concerns(events)) Classify(actor, atTicks, where, commit);
    }

    private bool Concerns(IReadOnlyList<DeviceEvent> events)
    {
        var concerns = false;
        for (var i = 0; i < events.Count; i++)
        {
            var isKnown = classifier.Concerns(events[i]);
            concerns |= isKnown;
            if (events[i] is DeviceEvent.FingerprintObserved { Kind: not FingerprintKind.Ja4 }) metrics?.DhcpLookedUp(isKnown);
        }
        return concerns;
    }

    private void Classify(DeviceActor actor, long atTicks, Sighting where, ShardCommit commit)
    {
        var started = metrics is null ? 0 : _time.GetTimestamp();
        var identity = classifier.Identify(actor.State, actor.CountersOver(Presence.MinSpan));
        metrics?.Inferred(_time.GetElapsedTime(started), identity.Type != DeviceType.Unknown);
        foreach (var @event in Device.Decide(actor.State, new DeviceCommand.Classify(atTicks, identity, database, where)))
            commit.Append(actor, @event);
    }
}
