using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>A store of its own for one test, and a script that writes its journal.</summary>
public abstract class StoreSpec : IAsyncLifetime
{
    protected static readonly long T0 = JournalScript.Start;

    private readonly TemporaryFolder _folder = new();

    protected SqliteStore Store { get; private set; } = null!;

    internal JournalScript Script { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Store = await SqliteStore.OpenAsync(new() { Folder = _folder.At("store"), Shards = 4 });
        Script = new(Store.Journal, Store.Pseudonyms);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string FolderBeside(string name) => _folder.At(name);

    protected Task CatchUpAsync(bool fromZero = false) => Store.Projections.CatchUpAsync(fromZero, null, Stop);

    /// <summary>Does something with an engine over the store, stops it, and lets the read side follow.</summary>
    protected async Task<T> WithEngineAsync<T>(Func<DeviceEngine, Task<T>> work)
    {
        T result;
        await using (var engine = new DeviceEngine(
            Store.Journal, Store.Journal, Store.Pseudonyms, new EngineOptions { Shards = 4 }, new StreamOptions { Lanes = 1 },
            EngineScheduler.Default, TimeProvider.System, "test"))
            result = await work(engine);
        await CatchUpAsync();
        return result;
    }

    protected void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Store.Folder.Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The files of the store that hold a text, lock apart (it cannot be read and is empty).</summary>
    protected List<string> FilesWith(string text)
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(Store.Folder.Path).Where(file => file != Store.Folder.Lock))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0) found.Add(Path.GetFileName(file));
        }
        return found;
    }
}
