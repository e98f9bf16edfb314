using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>Walks a whole journal page by page.</summary>
public static class JournalPages
{
    private const int Page = 4096;

    /// <summary>Every event after an ordering, in order.</summary>
    public static async IAsyncEnumerable<StoredEvent> AllAsync(
        this IJournal journal, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        while (await journal.ReadAsync(after, Page, stop) is { Count: > 0 } page)
        {
            foreach (var stored in page) yield return stored;
            after = page[^1].Ordering;
        }
    }

    /// <summary>Every event of an entity.</summary>
    public static async Task<List<StoredEvent>> OfAsync(this IJournal journal, string persistenceId, CancellationToken stop)
    {
        var events = new List<StoredEvent>();
        await foreach (var stored in journal.ReplayAsync(persistenceId, 1, stop)) events.Add(stored);
        return events;
    }
}
