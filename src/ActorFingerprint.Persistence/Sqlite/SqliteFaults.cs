using ActorFingerprint.Engine.Journal;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>Turns SQLite's result codes into the journal's errors, in an operator's words.</summary>
internal static class SqliteFaults
{
    /// <summary>The error to throw, or null when the code is none of storage's (a fault of this program).</summary>
    public static Exception? Explain(string file, SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => Unavailable(file, "the disk is full", "free some space; writing goes on by itself", error),
        raw.SQLITE_IOERR => Unavailable(
            file,
            $"the disk reports an error ({error.SqliteExtendedErrorCode})",
            "check space, mount and disk; writing goes on by itself",
            error),
        raw.SQLITE_READONLY => Unavailable(
            file, "it is read-only", "make the file, its folder and its file system writable for this user", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Unavailable(
            file, "another program holds a lock on it", "close the program that has it open (a backup, an sqlite3 shell)", error),
        raw.SQLITE_CANTOPEN => Unavailable(
            file, "it cannot be opened", "check that the folder exists and that this user may read and write in it", error),
        raw.SQLITE_PERM => Unavailable(file, "access is denied", "give this user read and write access", error),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new JournalCorruptException(
            $"{file}: not a sound SQLite database ({error.Message}); restore the store from a backup"),
        _ => null,
    };

    private static JournalUnavailableException Unavailable(string file, string cause, string remedy, SqliteException error) =>
        new($"{file}: {cause}; {remedy}", error);
}
