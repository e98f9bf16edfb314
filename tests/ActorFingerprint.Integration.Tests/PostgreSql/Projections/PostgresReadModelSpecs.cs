using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql.Projections;

/// <summary>Every question that the read side answers, asked in SQLite and in PostgreSQL, over devices of every kind of event.</summary>
public sealed class PostgresReadModelSpecs(SharedPostgres shared) : IAsyncLifetime
{
    private ReadSidePair _pair = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _pair = await ReadSidePair.CreateAsync(await shared.NewStoreAsync(), Stop);
        await _pair.SqliteScript.WriteDayAsync(_ => Task.CompletedTask, Stop);
        await _pair.PostgresScript.WriteDayAsync(
            commit => commit % 7 == 0 ? _pair.Postgres.Projections.CatchUpAsync(fromZero: false, null, Stop) : Task.CompletedTask, Stop);
        await _pair.Sqlite.Projections.CatchUpAsync(fromZero: false, null, Stop);
        await _pair.CatchUpAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pair is not null) await _pair.DisposeAsync();
    }

    [Fact]
    public async Task Every_row_of_every_table_is_the_same_in_both()
    {
        var rows = _pair.SqliteRows();
        Assert.True(rows.Count > 300, "the day has rows in its tables");
        Assert.Equal(rows, await _pair.PostgresRowsAsync(Stop));
    }

    [Fact]
    public async Task Every_list_is_the_same_in_both()
    {
        var page = (await _pair.Sqlite.ReadModel.ListAsync(new() { Limit = 1 }, Stop)).Rows[0];
        string?[] texts =
        [
            null, "", "  ", "EXAMPLE", "host_1", "Host_%", "100%", "büro", "BÜRO", @"\", @"100% \ 3", "192.0.2.", "_", "%", "'; DROP TABLE devices; --",
            page.Key, page.Mac?.ToLowerInvariant().Replace(':', '-'), "cisco", "X1", "name-69", "\u0000", "\ud800",
        ];
        foreach (var text in texts) await SameAsync(model => model.ListAsync(new() { Text = text }, Stop));
        string[] sorts = ["key", "vendor", "label", "type", "first_seen", "last_seen", "packets_total"];
        foreach (var sort in sorts)
            foreach (var descending in (bool[])[false, true])
                for (var offset = 0; offset < 45; offset += 7)
                    await SameAsync(model => model.ListAsync(new() { Sort = sort, Descending = descending, Offset = offset, Limit = 7 }, Stop));
        foreach (var status in (string[])["ok", "insufficient", "other"])
            foreach (var type in (string?[])[null, "PRINTER", "unknown", "no such"])
                await SameAsync(model => model.ListAsync(new() { Status = status, Type = type, Text = "1", Sort = "type" }, Stop));
        await SameAsync(model => model.ListAsync(new() { SeenAfterTicks = JournalScript.Start + 60_000, Limit = 0, Offset = -1 }, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _pair.Postgres.ReadModel.ListAsync(new() { Sort = "state" }, Stop));
    }

    [Fact]
    public async Task Everything_about_every_device_is_the_same_in_both()
    {
        var (rows, total) = await _pair.Sqlite.ReadModel.ListAsync(new() { Limit = 1000 }, Stop);
        Assert.True(total > 30);
        foreach (var key in (string[])[.. rows.Select(row => row.Key), "mac:00:00:0C:00:00:99", "'"])
        {
            await SameAsync(model => model.GetAsync(key, Stop));
            await SameAsync(model => model.DhcpAsync(key, Stop));
            await SameAsync(model => model.TlsAsync(key, 3, Stop));
            await SameAsync(model => model.TlsAsync(key, 1000, Stop));
            await SameAsync(async model => await model.StateAsync(key, Stop) is { } state
                ? DeviceEventCodec.Encode(new DeviceSnapshot(state, DeviceCounters.Empty, 0)).Payload : null);
            await SameAsync(model => model.FactsAsync(key, Stop));
            await SameAsync(model => model.HistoryAsync(key, 5, Stop));
        }
    }

    [Fact]
    public async Task Runs_counts_and_offset_are_the_same_in_both()
    {
        await SameAsync(model => model.RunsAsync(3, Stop));
        await SameAsync(model => model.RunsAsync(100, Stop));
        await SameAsync(model => model.RunsAsync(-1, Stop));
        await SameAsync(model => model.CountsAsync(Stop));
        await SameAsync(model => model.OffsetAsync(Stop));
    }

    [Fact]
    public async Task A_read_side_that_is_not_built_says_who_builds_it()
    {
        await _pair.Postgres.ClearAsync(Stop);
        var error = await Assert.ThrowsAsync<JournalUnavailableException>(() => _pair.Postgres.ReadModel.ListAsync(new(), Stop));
        Assert.Contains("the read side is not built", error.Message, StringComparison.Ordinal);
        Assert.Null(await _pair.Postgres.OffsetAsync(Stop));
    }

    private async Task SameAsync<T>(Func<IDeviceReadModel, Task<T>> ask) =>
        Assert.Equal(Text(await ask(_pair.Sqlite.ReadModel)), Text(await ask(_pair.Postgres.ReadModel)));

    private static string Text<T>(T answer) => JsonSerializer.Serialize(answer, Readable);

    private static readonly JsonSerializerOptions Readable = new() { IncludeFields = true };
}
