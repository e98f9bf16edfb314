using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Projections;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql.Projections;

/// <summary>
/// The read side of a store in PostgreSQL, in schemas of its own beside the journal's: what keeps it up, and what answers questions. Nothing is
/// opened before it is used.
/// </summary>
public sealed class PostgresReadSide : IAsyncDisposable
{
    private readonly PostgresProjectionSide _side;

    /// <summary>Uses the schemas beside the journal's.</summary>
    /// <param name="options">How to reach the store; the connections are other ones than the journal's.</param>
    /// <param name="journal">Its journal.</param>
    /// <param name="signals">Tells what other nodes append; null in a process that only reads.</param>
    /// <param name="pseudonyms">Names devices in the journal.</param>
    /// <param name="time">Clock of pauses and of the lag.</param>
    /// <param name="changed">Hears how the read side is doing, whenever this process has changed it.</param>
    public PostgresReadSide(
        PostgresOptions options, PostgresJournal journal, IJournalSignals? signals, DevicePseudonyms pseudonyms, TimeProvider time,
        Action<ProjectionState>? changed = null)
    {
        _side = new(options, time);
        Projections = new ProjectionRunner(journal, journal.HighestOrderingAsync, _side, signals, time, changed);
        ReadModel = new PostgresReadModel(_side.Shown, journal, pseudonyms);
    }

    /// <summary>Keeps it up.</summary>
    public IProjections Projections { get; }

    /// <summary>Answers questions.</summary>
    public IDeviceReadModel ReadModel { get; }

    /// <summary>The ordering that it has reached; null when it is not built.</summary>
    public Task<long?> OffsetAsync(CancellationToken stop) => _side.OffsetAsync(stop);

    /// <summary>Bytes of its tables and indexes.</summary>
    public Task<long> SizeAsync(CancellationToken stop) => _side.Shown.ReadAsync(
        async (connection, stop) =>
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
                WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _side.Shown.Schema });
            return (long)(await command.ExecuteScalarAsync(stop))!;
        },
        stop);

    /// <summary>Removes all of it.</summary>
    public Task ClearAsync(CancellationToken stop) => _side.ClearAsync(stop);

    /// <summary>Closes every connection; stop the projections first.</summary>
    public ValueTask DisposeAsync() => _side.DisposeAsync();
}
