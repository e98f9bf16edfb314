using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>
/// The one PostgreSQL server of all tests that leave it running, started by the first that asks. Tests that stop or kill a server, or fill its
/// disk, start their own with <see cref="PostgresServer.StartNewAsync"/>.
/// </summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    /// <summary>Makes the fixture; its server starts with the first test that asks.</summary>
    public SharedPostgres() => Current = this;

    /// <summary>The fixture of this run, for what xunit does not construct.</summary>
    public static SharedPostgres Current { get; private set; } = null!;

    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartNewAsync());

    /// <summary>The server. Skips the test, visibly, where its programs are absent.</summary>
    public Task<PostgresServer> ServerAsync()
    {
        Assert.SkipWhen(PostgresServer.Absence is not null, PostgresServer.Absence ?? "");
        return _server.Value;
    }

    /// <summary>Options of a store in an empty database of its own.</summary>
    public async Task<PostgresOptions> NewStoreAsync() => new()
    {
        ConnectionString = await (await ServerAsync()).CreateDatabaseAsync(),
        PoolSize = 8,
        ReadPatience = TimeSpan.FromSeconds(5),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}
