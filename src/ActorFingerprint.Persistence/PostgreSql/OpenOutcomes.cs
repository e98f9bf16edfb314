using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Journal;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// Remembers writes whose commit broke before its outcome was heard. When such a write is tried again, the rows tell: they are there under our
/// writer's id and with the same checksums, or they are not.
/// </summary>
internal sealed class OpenOutcomes(string writerUuid)
{
    private readonly ConditionalWeakTable<AtomicWrite, object> _open = [];

    /// <summary>These may be stored or not.</summary>
    public void Note(IReadOnlyList<AtomicWrite> writes)
    {
        foreach (var write in writes)
            if (write.Events.Count > 0) _open.AddOrUpdate(write, this);
    }

    /// <summary>One of these may be stored already.</summary>
    public bool IsOpen(IReadOnlyList<AtomicWrite> writes)
    {
        for (var i = 0; i < writes.Count; i++)
            if (_open.TryGetValue(writes[i], out _)) return true;
        return false;
    }

    /// <summary>The writes without those that turn out to be stored.</summary>
    public async Task<IReadOnlyList<AtomicWrite>> WithoutStoredAsync(
        NpgsqlConnection connection, IReadOnlyList<AtomicWrite> writes, CancellationToken stop)
    {
        var rest = new List<AtomicWrite>(writes.Count);
        foreach (var write in writes)
        {
            if (_open.TryGetValue(write, out _) && await IsStoredAsync(connection, write, stop)) _open.Remove(write);
            else rest.Add(write);
        }
        return rest;
    }

    /// <summary>A write is stored whole or not at all, so one of its events is enough to ask for.</summary>
    private async Task<bool> IsStoredAsync(NpgsqlConnection connection, AtomicWrite write, CancellationToken stop)
    {
        var (id, sequenceNumber, manifest, payload, _) = write.Events[0];
        await using var command = new NpgsqlCommand(
            "SELECT 1 FROM journal WHERE persistence_id = $1 AND sequence_number = $2 AND writer_uuid = $3 AND crc32c = $4", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequenceNumber });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = writerUuid });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = RowChecksum.Of(id, sequenceNumber, manifest, payload.Span) });
        return await command.ExecuteScalarAsync(stop) is not null;
    }
}
