using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql;

public sealed class PostgresMigrationsSpecs(SharedPostgres shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_that_start_together_migrate_once()
    {
        var options = await shared.NewStoreAsync();
        var versions = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var database = new PostgresDatabase(options);
            return await PostgresMigrations.ApplyAsync(database, Stop);
        }));
        Assert.All(versions, version => Assert.Equal(PostgresMigrations.Current, version));
        await using var database = new PostgresDatabase(options);
        await PostgresMigrations.CheckAsync(database, Stop);
        Assert.Equal((long)PostgresMigrations.Current, await ScalarAsync(database, "SELECT count(*) FROM schema_version"));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_left_alone()
    {
        await using var database = new PostgresDatabase(await shared.NewStoreAsync());
        await PostgresMigrations.ApplyAsync(database, Stop);
        await ScalarAsync(database, "INSERT INTO schema_version VALUES (99, now())");
        var refused = await Assert.ThrowsAsync<StoreException>(() => PostgresMigrations.ApplyAsync(database, Stop));
        Assert.Contains("written by a newer version (schema 99", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => PostgresMigrations.CheckAsync(database, Stop));
    }

    [Fact]
    public async Task An_empty_database_is_no_store_to_read()
    {
        await using var database = new PostgresDatabase(await shared.NewStoreAsync());
        Assert.Contains(
            "no store here", (await Assert.ThrowsAsync<StoreException>(() => PostgresMigrations.CheckAsync(database, Stop))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_schemas_of_one_database_are_two_stores()
    {
        var options = await shared.NewStoreAsync();
        await using var one = new PostgresDatabase(options);
        await using var two = new PostgresDatabase(options with { Schema = "other_1" });
        await PostgresMigrations.ApplyAsync(one, Stop);
        await PostgresMigrations.ApplyAsync(two, Stop);
        await ScalarAsync(one, "INSERT INTO meta VALUES ('a', 'b')");
        Assert.Equal(0L, await ScalarAsync(two, "SELECT count(*) FROM meta"));
    }

    [Theory]
    [InlineData("Actor")]
    [InlineData("a\"; DROP SCHEMA x")]
    [InlineData("")]
    [InlineData("1a")]
    public void A_schema_that_would_need_quotes_is_refused(string schema) => Assert.Throws<StoreException>(
        () => new PostgresDatabase(new() { ConnectionString = "Host=127.0.0.1", Schema = schema }));

    [Fact]
    public async Task A_wrong_password_is_one_clear_line_without_the_password()
    {
        var options = await shared.NewStoreAsync() with { Password = "wrong-secret" };
        await using var database = new PostgresDatabase(options);
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => PostgresMigrations.ApplyAsync(database, Stop));
        Assert.Contains("refuses user or password", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refused + options.ToString(), StringComparison.Ordinal);
    }

    private static Task<object?> ScalarAsync(PostgresDatabase database, string sql) => database.RunAsync(
        async (connection, stop) =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return await command.ExecuteScalarAsync(stop);
        },
        Stop);
}
