using System.Diagnostics;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>
/// Storage that refuses for a while: nothing acknowledged is lost, nothing refused is there, and the same write works later.
/// </summary>
public sealed class StorageFaultSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_refuses_and_the_same_write_works_when_there_is_space()
    {
        var disk = Directory.CreateDirectory(_folder.At("disk")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk), "mounting a tmpfs is not permitted here");
        try
        {
            var ballast = Path.Combine(disk, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[1 << 20], Stop);
            await using var journal = SqliteJournal.Open(new() { Folder = Path.Combine(disk, "store") });
            var written = 0;
            var refused = await Assert.ThrowsAsync<JournalUnavailableException>(async () =>
            {
                for (; ; written++) await journal.WriteAsync([Batch(written)], Stop);
            });
            Assert.True(written > 0, "the first batch fits");
            Assert.Contains("journal.db: the disk is full; free some space", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync([Batch(written)], Stop));
            Assert.Equal(written * 100, await journal.HighestSequenceNumberAsync("a", Stop));

            File.Delete(ballast);
            await journal.WriteAsync([Batch(written)], Stop);
            Assert.Equal((written + 1) * 100, await CountAsync(journal));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task A_file_that_became_read_only_refuses_until_it_can_be_written_again()
    {
        await using var journal = SqliteJournal.Open(new() { Folder = _folder.Path });
        await journal.WriteAsync([Batch(0)], Stop);
        Assert.SkipUnless(Run("chattr", "+i", _folder.At("journal.db-wal")), "the immutable attribute is not permitted here");
        try
        {
            var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync([Batch(1)], Stop));
            Assert.StartsWith(_folder.At("journal.db"), refused.Message, StringComparison.Ordinal);
            Assert.Equal(100, await CountAsync(journal));
        }
        finally
        {
            Run("chattr", "-i", _folder.At("journal.db-wal"));
        }
        await journal.WriteAsync([Batch(1)], Stop);
        Assert.Equal(200, await CountAsync(journal));
    }

    [Fact]
    public async Task A_lock_held_by_another_program_refuses_until_it_is_gone()
    {
        await using var journal = SqliteJournal.Open(new() { Folder = _folder.Path });
        await journal.WriteAsync([Batch(0)], Stop);
        await using (var other = new SqliteConnection($"Data Source={_folder.At("journal.db")};Pooling=False"))
        {
            other.Open();
            await using var held = other.BeginTransaction(deferred: false);
            var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.WriteAsync([Batch(1)], Stop));
            Assert.Contains("another program holds a lock", refused.Message, StringComparison.Ordinal);
            Assert.Equal(100, await CountAsync(journal));
        }
        await journal.WriteAsync([Batch(1)], Stop);
        Assert.Equal(200, await CountAsync(journal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named_at_the_start()
    {
        var disk = Directory.CreateDirectory(_folder.At("disk")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", disk), "mounting a tmpfs is not permitted here");
        try
        {
            Assert.Contains(
                disk, Assert.Throws<StoreException>(() => SqliteJournal.Open(new() { Folder = disk })).Message, StringComparison.Ordinal);
            var inner = Path.Combine(disk, "store");
            Assert.Contains(
                inner, Assert.Throws<StoreException>(() => SqliteJournal.Open(new() { Folder = inner })).Message, StringComparison.Ordinal);
        }
        finally
        {
            Run("umount", disk);
        }
        await Task.CompletedTask;
    }

    [Fact]
    public void A_file_that_is_no_database_is_called_corrupt()
    {
        File.WriteAllText(_folder.At("journal.db"), new string('x', 8192));
        var refused = Assert.Throws<JournalCorruptException>(() => SqliteJournal.Open(new() { Folder = _folder.Path }));
        Assert.Contains("journal.db: not a sound SQLite database", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_open_that_failed_the_store_is_free()
    {
        File.WriteAllText(_folder.At("journal.db"), new string('x', 8192));
        Assert.Throws<JournalCorruptException>(() => SqliteJournal.Open(new() { Folder = _folder.Path }));
        File.Delete(_folder.At("journal.db"));
        await SqliteJournal.Open(new() { Folder = _folder.Path }).DisposeAsync();
    }

    private static AtomicWrite Batch(int number) =>
        new(null, [.. Enumerable.Range(1, 100).Select(n => new NewEvent("a", (number * 100) + n, "test.happened.v1", new byte[300]))], []);

    private static async Task<int> CountAsync(SqliteJournal journal)
    {
        var count = 0;
        await foreach (var stored in journal.ReplayAsync("a", 1, Stop)) Assert.Equal(++count, stored.SequenceNumber);
        return count;
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
