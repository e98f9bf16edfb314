using System.Net.Sockets;
using ActorFingerprint.Engine.Journal;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>Turns PostgreSQL's error codes and broken connections into the journal's errors, in an operator's words.</summary>
internal static class PostgresFaults
{
    /// <summary>Raised by the store's own functions: an event is not the next of its entity, or a fence is stale.</summary>
    public const string ConflictState = "AF001";

    /// <summary>The error to throw, or null when it is none of storage's (a fault of this program).</summary>
    public static Exception? Explain(string where, Exception error) => error switch
    {
        PostgresException refused => Explain(where, refused),
        NpgsqlException or SocketException or IOException or TimeoutException => Unavailable(
            where, $"the connection failed ({Cause(error)})", "check the server and the network; a running node goes on by itself", error),
        _ => null,
    };

    /// <summary>
    /// The connection broke, or may have, before the outcome was heard: what was sent is committed or not, and only the rows tell.
    /// An error that the server answered within a transaction means that nothing of it is stored.
    /// </summary>
    public static bool LeavesOutcomeOpen(Exception error) => error switch
    {
        PostgresException refused => refused.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.TransactionResolutionUnknown
            || refused.SqlState.StartsWith("08", StringComparison.Ordinal) || refused.Severity is "FATAL" or "PANIC",
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>The server took the transaction back for the sake of another one: it may be tried again at once.</summary>
    public static bool IsTakenBack(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    private static Exception? Explain(string where, PostgresException error) => error.SqlState switch
    {
        ConflictState => new JournalConflictException(error.MessageText, error),
        PostgresErrorCodes.UniqueViolation => new JournalConflictException(
            $"{where}: another writer stored it first ({error.ConstraintName})", error),
        PostgresErrorCodes.DiskFull => Unavailable(where, "the server's disk is full", "free some space there; writing goes on by itself", error),
        PostgresErrorCodes.OutOfMemory => Unavailable(where, "the server is out of memory", "give it more; a running node goes on by itself", error),
        PostgresErrorCodes.TooManyConnections => Unavailable(
            where, "the server has no connection left", "raise max_connections there, or lower postgresql.pool-size", error),
        PostgresErrorCodes.ReadOnlySqlTransaction => Unavailable(
            where, "the server is read-only", "point host at the primary, or switch default_transaction_read_only off", error),
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => Unavailable(
            where, "a statement took too long and was cancelled", "look for locks and load on the server; a running node goes on by itself", error),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => Unavailable(
            where, $"the server is stopping or starting ({error.MessageText})", "a running node goes on by itself once the server is up", error),
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => Unavailable(
            where, "another transaction was in the way", "a running node goes on by itself", error),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Unavailable(
            where, "the server refuses user or password", "check username, password and pg_hba.conf", error),
        PostgresErrorCodes.InvalidCatalogName => Unavailable(where, "the database does not exist", "make it: createdb", error),
        PostgresErrorCodes.InsufficientPrivilege => Unavailable(
            where, $"access is denied ({error.MessageText})", "make the user owner of the schema, or grant it", error),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => new JournalCorruptException(
            $"{where}: the server found damage ({error.MessageText}); restore the database from a backup"),
        PostgresErrorCodes.IoError => Unavailable(
            where, $"the server's disk reports an error ({error.MessageText})", "check its disk; writing goes on by itself", error),
        { } state when state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
            || state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("25", StringComparison.Ordinal) => Unavailable(
                where, error.MessageText, "check the server; a running node goes on by itself", error),
        _ => null,
    };

    private static string Cause(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error.Message;
    }

    private static JournalUnavailableException Unavailable(string where, string cause, string remedy, Exception error) =>
        new($"{where}: {cause}; {remedy}", error);
}
