using System.Buffers;
using System.Text;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>
/// Carries a journal as JSON lines, one event a line in ordering order, with every column. Snapshots and read side are not carried:
/// both come from the events. The pseudonym key is a file of its own and must be carried apart, or the devices are strangers.
/// </summary>
public static class JournalTransfer
{
    private const int Batch = 2000;

    /// <summary>Writes every event after an ordering; gives how many.</summary>
    public static async Task<long> ExportAsync(IJournal journal, Stream to, long afterOrdering, CancellationToken stop)
    {
        var (line, count) = (new ArrayBufferWriter<byte>(), 0L);
        await foreach (var stored in journal.AllAsync(afterOrdering, stop))
        {
            line.ResetWrittenCount();
            JournalLines.Write(stored, line);
            line.Write("\n"u8);
            await to.WriteAsync(line.WrittenMemory, stop);
            count++;
        }
        await to.FlushAsync(stop);
        return count;
    }

    /// <summary>
    /// Appends every line to an empty journal, orderings and writers kept; gives how many. Throws <see cref="InvalidDataException"/>
    /// with the line's number for a line that is no event or does not follow, <see cref="StoreException"/> when the journal has events already.
    /// What stood before such a line stays: clear the store and import again.
    /// </summary>
    public static async Task<long> ImportAsync(IEventStore store, Stream from, CancellationToken stop)
    {
        if (await store.HighestOrderingAsync(stop) > 0)
            throw new StoreException($"{store.Where}: the journal has events; import into a store that is new");
        using var lines = new StreamReader(
            from, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var (batch, number, count) = (new List<StoredEvent>(Batch), 0L, 0L);
        while (await ReadLineAsync(lines, number + 1, stop) is { } line)
        {
            number++;
            if (line.Length == 0) continue;
            batch.Add(Parse(line, number));
            count++;
            if (batch.Count == Batch) await AppendAsync(store, batch, number, stop);
        }
        if (batch.Count > 0) await AppendAsync(store, batch, number, stop);
        return count;
    }

    private static async Task<string?> ReadLineAsync(StreamReader lines, long number, CancellationToken stop)
    {
        try
        {
            return await lines.ReadLineAsync(stop);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"near line {number}: not UTF-8; export the journal again", error);
        }
    }

    private static StoredEvent Parse(string line, long number)
    {
        try
        {
            return JournalLines.Read(line);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"line {number}: {error.Message}", error);
        }
    }

    private static async Task AppendAsync(IEventStore store, List<StoredEvent> batch, long number, CancellationToken stop)
    {
        try
        {
            await store.ImportAsync(batch, stop);
            batch.Clear();
        }
        catch (JournalConflictException error)
        {
            throw new InvalidDataException($"lines up to {number}: {error.Message}; the export is not whole or not in order", error);
        }
    }
}
