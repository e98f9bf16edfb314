namespace ActorFingerprint.Engine.Journal;

/// <summary>The words with which every journal refuses, so that operators read the same line whatever stores the events.</summary>
public static class JournalConflicts
{
    /// <summary>An event is not the next of its entity.</summary>
    public static string NotNext(NewEvent appended, long highest) => appended.SequenceNumber <= highest
        ? $"{appended.PersistenceId}: sequence number {appended.SequenceNumber} is taken, the highest is {highest}"
        : $"{appended.PersistenceId}: sequence number {appended.SequenceNumber} leaves a gap after {highest}";

    /// <summary>A shard has a newer owner.</summary>
    public static string StaleEpoch(ShardFence fence, long epoch) =>
        $"shard {fence.Region}/{fence.Shard}: epoch {fence.Epoch} is not the owner's, which is {epoch}";

    /// <summary>A rewrite names an event that is not there.</summary>
    public static string Missing(Rewrite rewrite) => $"{rewrite.PersistenceId}: no event {rewrite.SequenceNumber} to rewrite";

    /// <summary>A row does not match its checksum.</summary>
    public static JournalCorruptException Corrupt(string file, string persistenceId, long sequenceNumber) => new(
        $"{file}: the row of {persistenceId} with sequence number {sequenceNumber} does not match its checksum; "
        + "run `actorfp journal verify` and restore the store from a backup");
}
