using System.Diagnostics;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// State of one entity: a durable part, changed by <see cref="LimiterEvent"/>s alone, and volatile windows of 15 minutes or less. An entity
/// belongs to one thread at a time. Instances are mutable for the sake of memory; the deciders are its only writers.
/// </summary>
public abstract class EntityState
{
    /// <summary>No durable state outlives its last event by more (AF-1 §16), the windows of simple throttles apart.</summary>
    public const long LongestLifetimeSeconds = 86_400;

    /// <summary>Applies one event: assignment only, nothing is read from anywhere else, so that replay gives the same state.</summary>
    public abstract void Evolve(LimiterEvent @event);

    /// <summary>The Unix second from which nothing in the entity can matter any more; 0 when it is empty.</summary>
    public abstract long ExpiresAt();

    /// <summary>
    /// The durable part that still matters at <paramref name="now"/>, as events that rebuild it from nothing: a snapshot, and what a
    /// carry-over carries.
    /// </summary>
    public abstract IReadOnlyList<LimiterEvent> Facts(long now);

    /// <summary>Drops what has expired inside the entity.</summary>
    public abstract void Prune(long now);

    /// <summary>How many of K1–K5 the entity holds.</summary>
    public abstract KeyCounts Keys { get; }

    /// <summary>
    /// Takes over the windows, and leaking scores that are volatile, of the previous generation's entity, which is not used again (AF-1
    /// §5.2).
    /// </summary>
    public abstract void AdoptVolatile(EntityState previous);

    /// <summary>
    /// Writes the windows, and leaking scores that are volatile, for an owner on another node; what has expired is left out. True when
    /// there was any.
    /// </summary>
    public abstract bool WriteVolatile(CompactWriter output, long now);

    /// <summary>Takes over what <see cref="WriteVolatile"/> wrote: of an entity that has just been recovered.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public abstract void ReadVolatile(ref CompactReader input);

    private protected UnreachableException Unknown(LimiterEvent @event) => new($"{@event.GetType().Name} is no event of {GetType().Name}");
}
