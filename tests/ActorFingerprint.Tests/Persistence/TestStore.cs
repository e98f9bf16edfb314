using System.Text;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>
/// A place for one store in SQLite, and a look behind its back. ActorFingerprint.Integration.Tests has a class of this name over PostgreSQL, so
/// that the specs linked there run against it as they are.
/// </summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What was overwritten is in no file of the store any more.</summary>
    public static bool ErasesFiles => true;

    /// <summary>The folder of the store; the pseudonym key is in it whatever stores the events.</summary>
    public StoreFolder Folder => StoreFolder.Of(_folder.At("store"));

    /// <summary>Finds an empty place.</summary>
    public static Task<TestStore> CreateAsync() => Task.FromResult(new TestStore());

    /// <summary>Opens the store, and makes it the first time.</summary>
    public async Task<IEventStore> OpenAsync(int shards = 4, Action<ProjectionState>? projectionChanged = null) =>
        await SqliteStore.OpenAsync(new() { Folder = Folder.Path, Shards = shards, ProjectionChanged = projectionChanged });

    /// <summary>Changes the journal with SQL; SQLite's dialect.</summary>
    public Task SqlAsync(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Folder.Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    /// <summary>Rows of the journal's tables as text, values separated by <c>|</c>.</summary>
    public Task<List<string>> RowsAsync(string sql) => Task.FromResult(DatabaseDump.Rows(Folder.Journal, sql));

    /// <summary>Every row of the read side as text.</summary>
    public Task<List<string>> ReadSideAsync() => Task.FromResult(DatabaseDump.Of(Folder.Projections));

    /// <summary>The files of the store that hold a text, lock apart (it cannot be read and is empty).</summary>
    public Task<List<string>> PlacesWithAsync(string text)
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(Folder.Path).Where(file => file != Folder.Lock))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0) found.Add(Path.GetFileName(file));
        }
        return Task.FromResult(found);
    }

    /// <summary>Removes everything; the store must be closed.</summary>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
