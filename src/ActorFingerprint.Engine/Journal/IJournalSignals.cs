namespace ActorFingerprint.Engine.Journal;

/// <summary>Tells a process what others do to a journal that several write.</summary>
public interface IJournalSignals
{
    /// <summary>
    /// Raised when another process may have appended: at once as a rule, within the polling interval when a signal was lost, and now and then
    /// without a reason. Handlers must return at once, and read the journal themselves.
    /// </summary>
    event Action? AppendedElsewhere;
}
