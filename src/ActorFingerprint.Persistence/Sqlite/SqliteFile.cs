using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Sqlite;

/// <summary>How durable a commit is when it returns.</summary>
internal enum Durability
{
    /// <summary>On disk: survives loss of power.</summary>
    Full,

    /// <summary>Survives a crash of the process; loss of power may undo the newest commits. For what can be rebuilt.</summary>
    Normal,

    /// <summary>Survives a crash of the process; loss of power may damage the file. For what is being rebuilt.</summary>
    Process,
}

/// <summary>Opens database files the way this store needs them: WAL, secure delete, own file mode, no pool, no silent waiting.</summary>
internal static class SqliteFile
{
    /// <summary>
    /// Pages of the log after which a commit copies it into the database: a commit takes less than 10 ms then, too, where 4,000 pages take
    /// 16 to 60 and fewer than 500 gain nothing more.
    /// </summary>
    private const int LogPages = 500;

    /// <summary>Opens for writing, and creates the file with mode 0600 first, so that SQLite's side files inherit it.</summary>
    public static SqliteConnection OpenForWriting(string path, Durability durability)
    {
        CreatePrivately(path);
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        try
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute($"PRAGMA synchronous = {(durability switch { Durability.Full => "FULL", Durability.Normal => "NORMAL", _ => "OFF" })}");
            connection.Execute("PRAGMA secure_delete = ON");
            connection.Execute("PRAGMA temp_store = MEMORY");
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA wal_autocheckpoint = {LogPages}"));
            connection.Execute("PRAGMA cache_size = -16384");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens for reading only; sees every commit made before a statement starts.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        connection.Execute("PRAGMA temp_store = MEMORY");
        connection.Execute("PRAGMA cache_size = -8192");
        return connection;
    }

    /// <summary>Runs statements that give no rows of interest.</summary>
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row.</summary>
    public static long ExecuteInt64(this SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.Scalar() ?? 0;
    }

    /// <summary>
    /// Runs work in one transaction: all of it is there afterwards, or nothing, and the connection can be used again either way.
    /// </summary>
    public static T InTransaction<T>(this SqliteConnection connection, Func<T> work)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>
    /// Copies the log into the database and empties it, so that overwritten bytes are in neither. False while a reader holds an
    /// old state of the log.
    /// </summary>
    public static bool TryEmptyLog(this SqliteConnection connection)
    {
        using var checkpoint = new Statement(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        var emptied = checkpoint.Step() && checkpoint.Int64(0) == 0;
        checkpoint.Reset();
        return emptied;
    }

    /// <summary>
    /// Writes the whole database anew, for what must be in no byte of the file: <c>secure_delete</c> overwrites a row where it lies, and not
    /// the copies that SQLite leaves in the free part of a page when it moves rows to another. Empty the log after it. Takes time and space
    /// like the file itself; the copy lies in SQLite's folder for temporary files, without a name. False when it failed: no room, mostly.
    /// </summary>
    public static bool TryWriteAnew(this SqliteConnection connection)
    {
        connection.Execute("PRAGMA temp_store = FILE");
        try
        {
            connection.Execute("VACUUM");
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
        finally
        {
            connection.Execute("PRAGMA temp_store = MEMORY");
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, 1000);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CreatePrivately(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var created = new FileStream(path, options);
    }
}
