namespace ActorFingerprint.Core;

/// <summary>Behaviour as two pure functions: no I/O, no clock, no randomness; all of that arrives in the command.</summary>
/// <typeparam name="TState">Immutable state.</typeparam>
/// <typeparam name="TCommand">What is asked, with its time in it.</typeparam>
/// <typeparam name="TEvent">What happened: the storage format.</typeparam>
public interface IDecider<TState, in TCommand, TEvent>
{
    /// <summary>The state before the first event.</summary>
    static abstract TState Initial { get; }

    /// <summary>The events that the command causes; empty when it tells nothing new.</summary>
    static abstract IReadOnlyList<TEvent> Decide(TState state, TCommand command);

    /// <summary>The state after an event.</summary>
    static abstract TState Evolve(TState state, TEvent @event);
}
