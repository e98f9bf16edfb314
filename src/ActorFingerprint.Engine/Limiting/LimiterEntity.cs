using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Where an entity lives and how it begins: what a visit asks a shard for.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Its routing key, in both generations.</param>
/// <param name="Api">The tiers of an API policy, for an address scope.</param>
internal readonly record struct EntityRef(EntityKind Kind, KeyPair Key, ApiRules? Api)
{
    /// <summary>An entity with no past.</summary>
    public EntityState NewState() => Kind switch
    {
        EntityKind.Account => new AccountState(),
        EntityKind.Address => new AddressState(Api),
        EntityKind.Dilution => new DilutionState(),
        EntityKind.MacroScope => new MacroScopeState(),
        _ => new ThrottleState(),
    };
}

/// <summary>One entity in memory: its state, its place in the journal, and the commit that its latest events wait for.</summary>
internal sealed class LimiterEntity(EntityKind kind, LimiterKey key, EntityState state, long sequenceNumber, int rowsSinceSnapshot)
{
    /// <summary>Its kind.</summary>
    public EntityKind Kind => kind;

    /// <summary>Its routing key.</summary>
    public LimiterKey Key => key;

    /// <summary>Durable and volatile state.</summary>
    public EntityState State => state;

    /// <summary>Sequence number of its latest row; 0 when nothing is stored.</summary>
    public long SequenceNumber { get; set; } = sequenceNumber;

    /// <summary>Which of the shard's generations of secrets has used it last; see <see cref="ShardGenerations"/>.</summary>
    public ushort Generation { get; set; }

    /// <summary>
    /// Its state was given to the entity under the newer key: nothing is decided here any more. Stays so that a node which does not know
    /// the newer secrets yet counts nothing that nobody would read.
    /// </summary>
    public bool IsGiven { get; set; }

    /// <summary>Given away without having been in memory: what was given is in the journal.</summary>
    public bool IsHollow { get; init; }

    /// <summary>Rows since its latest snapshot.</summary>
    public int RowsSinceSnapshot { get; set; } = rowsSinceSnapshot;

    /// <summary>
    /// Number of the shard's commit that holds its latest events; see <see cref="ShardCommits.HolderOf"/>. A number, since a reference
    /// from an old object to a new one costs every garbage collection a look at the old one.
    /// </summary>
    public long Commit { get; set; }

    /// <summary>Where it stands in that commit.</summary>
    public int PlaceInCommit { get; set; }

    /// <summary>Name in the journal. The key is an HMAC already.</summary>
    public string PersistenceId => LimiterManifests.PersistenceIdOf(kind, key);
}
