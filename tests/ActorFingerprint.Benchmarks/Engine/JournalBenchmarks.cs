using System.Text;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Benchmarks.Engine;

/// <summary>
/// A thousand events into SQLite in one durable transaction: through the journal, and by a bare loop over the same table with the same
/// pragmas; for each event. Both files lie in the temporary folder.
/// </summary>
public class JournalBenchmarks : IAsyncDisposable
{
    private const int Events = 1000;
    private const string PersistenceId = "device-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string Insert = """
        INSERT INTO journal(persistence_id, sequence_number, created, is_deleted, manifest, message, writer_uuid, tags, identifier, crc32c)
        VALUES ($id, $number, 0, 0, $manifest, $message, 'benchmark', 'device', 1001, 0)
        """;

    private readonly byte[] _payload = Encoding.UTF8.GetBytes(
        """{"at":639000000000000000,"kind":"ja4","number":12,"value":"t13d1516h2_8daaf6152771_02713d6af862","features":{"ja3":"773906b0efdefa24a7f2b8eb6985bf37","sni":"example.org","alpn":"h2","port":443},"where":{"run":"home#1","frame":123456,"index":0}}""");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"actorfp-benchmark-{Environment.ProcessId}-journal");
    private SqliteJournal? _journal;
    private SqliteConnection? _bare;
    private SqliteCommand? _insert;
    private long _written;
    private long _inserted;

    [GlobalSetup]
    public void Open()
    {
        _journal = SqliteJournal.Open(new StoreOptions { Folder = Path.Combine(_folder, "store") });
        OpenBare();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Journal()
    {
        var events = new NewEvent[Events];
        for (var i = 0; i < Events; i++) events[i] = new NewEvent(PersistenceId, ++_written, "device.fingerprint-observed.v1", _payload, "device");
        return _journal!.WriteAsync([new AtomicWrite(null, events, [])], CancellationToken.None);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public void BareInsert()
    {
        using var transaction = _bare!.BeginTransaction();
        _insert!.Transaction = transaction;
        for (var i = 0; i < Events; i++)
        {
            _insert.Parameters["$number"].Value = ++_inserted;
            _insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _journal!.DisposeAsync();
        await _insert!.DisposeAsync();
        await _bare!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void OpenBare()
    {
        _bare = new SqliteConnection($"Data Source={Path.Combine(_folder, "bare.db")};Pooling=False");
        _bare.Open();
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
        Run("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384");
        Run("""
            CREATE TABLE journal(
                ordering INTEGER PRIMARY KEY AUTOINCREMENT, persistence_id TEXT NOT NULL, sequence_number INTEGER NOT NULL,
                created INTEGER NOT NULL, is_deleted INTEGER NOT NULL, manifest TEXT NOT NULL, message BLOB NOT NULL,
                writer_uuid TEXT NOT NULL, tags TEXT, identifier INTEGER NOT NULL, crc32c INTEGER NOT NULL);
            CREATE UNIQUE INDEX journal_uq ON journal(persistence_id, sequence_number)
            """);
        _insert = _bare.CreateCommand();
        _insert.CommandText = Insert;
        _insert.Parameters.AddWithValue("$id", PersistenceId);
        _insert.Parameters.AddWithValue("$number", 0L);
        _insert.Parameters.AddWithValue("$manifest", "device.fingerprint-observed.v1");
        _insert.Parameters.AddWithValue("$message", _payload);
        _insert.Prepare();
    }

    private void Run(string sql)
    {
        using var command = _bare!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
