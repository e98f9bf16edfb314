using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>A store of its own for one test, and a script that writes its journal; <see cref="TestStore"/> says what stores it.</summary>
public abstract class StoreSpec : IAsyncLifetime
{
    protected static readonly long T0 = JournalScript.Start;

    protected IEventStore Store { get; private set; } = null!;

    internal TestStore Place { get; private set; } = null!;

    internal JournalScript Script { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Place ??= await TestStore.CreateAsync();
        Store = await Place.OpenAsync();
        Script = new(Store.Journal, Store.Pseudonyms);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Store is not null) await Store.DisposeAsync();
        if (Place is not null) await Place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task CatchUpAsync(bool fromZero = false) => Store.Projections.CatchUpAsync(fromZero, null, Stop);

    /// <summary>Does something with an engine over the store, stops it, and lets the read side follow.</summary>
    protected async Task<T> WithEngineAsync<T>(Func<DeviceEngine, Task<T>> work)
    {
        T result;
        await using (var engine = new DeviceEngine(
            Store.Journal, Store.Snapshots, Store.Pseudonyms, new EngineOptions { Shards = 4 }, new StreamOptions { Lanes = 1 },
            EngineScheduler.Default, TimeProvider.System, "test"))
            result = await work(engine);
        await CatchUpAsync();
        return result;
    }
}
