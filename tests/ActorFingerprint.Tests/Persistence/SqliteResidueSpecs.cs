using System.Globalization;
using System.Text;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>A file that was written anew holds no copy of a deleted row, wherever SQLite had moved it before.</summary>
public sealed class SqliteResidueSpecs : IDisposable
{
    private const int Seeds = 100;
    private const int Devices = 120;
    private const int Deleted = 17;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Rows_that_moved_from_page_to_page_before_they_were_deleted_are_in_no_byte()
    {
        var held = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var path = _folder.At(string.Create(CultureInfo.InvariantCulture, $"{seed}.db"));
            using var connection = SqliteFile.OpenForWriting(path, Durability.Process);
            var secret = Churn(new Random(seed), connection);
            Assert.True(connection.TryEmptyLog());
            if (Holds(path, secret)) held++;
            Assert.True(connection.TryWriteAnew());
            Assert.True(connection.TryEmptyLog());
            Assert.False(Holds(path, secret));
        }
        Assert.True(held > 0, "no copy was left by deletion alone: the test has lost its point");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Fills two tables, has rows grow, shrink and move, deletes those with one address, and gives that.</summary>
    private static string Churn(Random random, SqliteConnection connection)
    {
        connection.Execute("CREATE TABLE address(device INTEGER, value TEXT, note TEXT, PRIMARY KEY(device, value)) WITHOUT ROWID");
        connection.Execute("CREATE TABLE device(id INTEGER PRIMARY KEY, mac TEXT UNIQUE, note TEXT)");
        string[] macs = [.. Enumerable.Range(0, Devices).Select(n => string.Create(CultureInfo.InvariantCulture, $"{random.Next():x8}:{n:x2}"))];
        connection.InTransaction(() =>
        {
            using var device = new Statement(connection, "INSERT INTO device VALUES (?1, ?2, ?3)");
            using var address = new Statement(connection, "INSERT INTO address VALUES (?1, ?2, ?3)");
            using var changeDevice = new Statement(connection, "UPDATE device SET note = ?2 WHERE id = ?1");
            using var changeAddress = new Statement(connection, "UPDATE address SET note = ?2 WHERE device = ?1");
            for (var n = 0; n < Devices; n++)
            {
                device.Bind(1, n).Bind(2, macs[n]).Bind(3, Note(random, 100)).Run();
                for (var i = 0; i < 3; i++) address.Bind(1, n).Bind(2, $"{macs[n]} {random.Next()}").Bind(3, Note(random, 200)).Run();
            }
            for (var change = 0; change < 1000; change++)
            {
                var n = random.Next(Devices);
                changeDevice.Bind(1, n).Bind(2, Note(random, 600)).Run();
                changeAddress.Bind(1, n).Bind(2, Note(random, 600)).Run();
            }
            return 0;
        });
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM device WHERE id = {Deleted}"));
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM address WHERE device = {Deleted}"));
        return macs[Deleted];
    }

    private static string Note(Random random, int longest) => new('n', random.Next(longest));

    private static bool Holds(string path, string text)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
