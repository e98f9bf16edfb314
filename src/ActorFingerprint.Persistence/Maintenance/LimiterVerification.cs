using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>
/// Checks the limiter's rows: that each fits its manifest and its kind of entity, and that a snapshot says what the events up to it say. The
/// journal does not know the policy of an address scope, hence not when its scores leak away: of those only that none was invented.
/// </summary>
internal sealed class LimiterVerification(Action<string, string, string> add)
{
    /// <summary>From so many facts on an entity may have made room in memory that a replay need not make.</summary>
    private const int Crowded = 1_000;

    private readonly Dictionary<string, Check> _snapshots = new(StringComparer.Ordinal);

    private sealed record Check(EntityKind Kind, long SequenceNumber, LimiterEvent.CarriedOver Stored, EntityState State);

    /// <summary>Whether a persistence id is the limiter's.</summary>
    public static bool Owns(string persistenceId) => persistenceId.StartsWith(LimiterManifests.PersistencePrefix, StringComparison.Ordinal);

    /// <summary>Takes a snapshot; its events are to follow.</summary>
    public void Snapshot(string id, long sequenceNumber, ReadOnlySpan<byte> payload)
    {
        var place = $"snapshot of {id} at {sequenceNumber}";
        try
        {
            var stored = LimiterEventCodec.DecodeSnapshot(payload);
            if (StateOf(id, out var kind) is { } state) _snapshots[id] = new(kind, sequenceNumber, stored, state);
            else add("payload", place, "is no limiter entity");
        }
        catch (JournalCorruptException error)
        {
            add("payload", place, error.Message);
        }
    }

    /// <summary>Takes a row.</summary>
    public void Row(string id, long sequenceNumber, string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            var raised = LimiterEventCodec.DecodeRow(manifest, payload);
            var state = _snapshots.TryGetValue(id, out var snapshot) && sequenceNumber <= snapshot.SequenceNumber
                ? snapshot.State
                : StateOf(id, out _) ?? throw new JournalCorruptException("it is no limiter entity");
            foreach (var past in raised) state.Evolve(past);
        }
        catch (Exception error) when (error is JournalCorruptException or System.Diagnostics.UnreachableException)
        {
            add("payload", $"{id} {sequenceNumber}", error.Message);
        }
    }

    /// <summary>Compares snapshots with their events, once all rows were taken.</summary>
    public void Finish(Func<string, long> highest)
    {
        foreach (var (id, snapshot) in _snapshots)
        {
            var place = $"snapshot of {id} at {snapshot.SequenceNumber}";
            if (highest(id) is var end && snapshot.SequenceNumber > end) add("snapshot", place, $"is ahead of its events, which end at {end}");
            else if (!Agrees(snapshot)) add("snapshot", place, "differs from the fold of its events");
        }
    }

    private static bool Agrees(Check snapshot)
    {
        var folded = snapshot.State.Facts(snapshot.Stored.At);
        if (snapshot.Kind == EntityKind.Throttle) return AgreeOnWindow(folded, snapshot.Stored.Facts);
        if (snapshot.Stored.Facts.Except(folded).Any()) return false;
        var missing = folded.Except(snapshot.Stored.Facts);
        return folded.Count >= Crowded || missing.All(fact => snapshot.Kind == EntityKind.Address && fact is LimiterEvent.Scored);
    }

    /// <summary>Once over its limit a throttle counts on in memory alone.</summary>
    private static bool AgreeOnWindow(IReadOnlyList<LimiterEvent> folded, IReadOnlyList<LimiterEvent> stored) => (folded, stored) switch
    {
        ([], []) => true,
        ([LimiterEvent.ThrottleCounted f], [LimiterEvent.ThrottleCounted s]) => s.Count >= f.Count && s with { Count = f.Count } == f,
        _ => false,
    };

    private static EntityState? StateOf(string id, out EntityKind kind)
    {
        if (!LimiterManifests.TryParse(id, out kind, out _)) return null;
        return kind switch
        {
            EntityKind.Account => new AccountState(),
            EntityKind.Address => new AddressState(null),
            EntityKind.Dilution => new DilutionState(),
            EntityKind.MacroScope => new MacroScopeState(),
            _ => new ThrottleState(),
        };
    }
}
