using System.Text;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class JournalTransferSpecs : StoreSpec
{
    private const string Rest = """ "persistence_id":"a","created":1,"manifest":"m","writer_uuid":"w","payload":{},"sequence_number":""";
    private const string Good = """{"ordering":3,""" + Rest + "1}";

    [Fact]
    public async Task An_export_imports_as_the_same_rows()
    {
        await Script.Seen(1, T0).Count(1, 3, T0, T0).CommitAsync(Stop);
        await Store.Journal.WriteAsync(
            [
                new(null,
                [
                    new("odd", 1, "test.v1", "not json"u8.ToArray()), new("odd", 2, "test.v1", " {\n}"u8.ToArray(), "tag"),
                    new("odd", 3, "test.v1", Array.Empty<byte>()),
                    new("ödd", 1, "test.v1", "{\"a\" : 1.50e1, \"b\":\"\\u00e9é\"}"u8.ToArray()),
                ], []),
            ], Stop);
        using var lines = new MemoryStream();
        Assert.Equal(6, await JournalTransfer.ExportAsync(Store.Journal, lines, 0, Stop));
        Assert.Equal(6, lines.ToArray().Count(b => b == '\n'));

        lines.Position = 0;
        await using var place = await TestStore.CreateAsync();
        await using var copy = await place.OpenAsync();
        Assert.Equal(6, await JournalTransfer.ImportAsync(copy, lines, Stop));
        const string Events = """
            SELECT ordering, persistence_id, sequence_number, created, manifest, message, writer_uuid, tags, identifier, crc32c FROM journal
            ORDER BY ordering
            """;
        foreach (var rows in (string[])[Events, "SELECT * FROM tags ORDER BY tag, ordering_id"])
            Assert.Equal(await Place.RowsAsync(rows), await place.RowsAsync(rows));
        Assert.Empty(await copy.VerifyAsync(Stop));
    }

    [Theory]
    [InlineData("{", "line 2: not JSON; write what 'journal export' wrote")]
    [InlineData("hello", "line 2: not JSON; write what 'journal export' wrote")]
    [InlineData("""{"ordering":1e99,""" + Rest + "1}", "line 2: this is no event; write what 'journal export' wrote")]
    [InlineData("""{"ordering":4}""", "line 2: \"payload\" is missing")]
    [InlineData("""{"ordering":"x",""" + Rest + "1}", "line 2: this is no event; write what 'journal export' wrote")]
    [InlineData("""{"ordering":4,""" + Rest + "3}", "leaves a gap")]
    [InlineData("""{"ordering":3,""" + Rest + "2}", "is not after the last")]
    public async Task A_line_that_does_not_fit_is_named(string line, string expected)
    {
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(Good + "\n" + line + "\n"));
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => JournalTransfer.ImportAsync(Store, lines, Stop));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_with_events_takes_no_import()
    {
        await Script.Seen(1, T0).CommitAsync(Stop);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(Good));
        var refused = await Assert.ThrowsAsync<StoreException>(() => JournalTransfer.ImportAsync(Store, lines, Stop));
        Assert.Contains("the journal has events", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_import_the_journal_goes_on()
    {
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(Good));
        await JournalTransfer.ImportAsync(Store, lines, Stop);
        await Store.Journal.WriteAsync([new(null, [new("a", 2, "m", "{}"u8.ToArray())], [])], Stop);
        Assert.Equal([3L, 4L], (await Store.Journal.ReadAsync(0, 9, Stop)).Select(stored => stored.Ordering));
    }
}
