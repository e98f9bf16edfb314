using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Persistence.Fingerbank;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Core.Identification.Api;
using ActorFingerprint.Tests.Engine;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Fingerbank;

public sealed class FingerbankCacheSpecs : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private readonly TemporaryFolder _temporary = new();
    private readonly ManualTimeProvider _time = new();

    private StoreFolder Folder => StoreFolder.Of(_temporary.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task An_answer_survives_a_restart_with_its_hits_and_expires_at_its_time()
    {
        var question = ApiSamples.Question(1);
        await using (var cache = await OpenAsync())
        {
            Assert.Null(cache.Find(question.Mac, question.SignalHash));
            await cache.PutAsync(question, ApiSamples.Phone, Stop);
            var answer = cache.Find(question.Mac, question.SignalHash);
            Assert.Equal(new CachedAnswer(ApiSamples.Phone, _time.GetUtcNow().UtcTicks, (_time.GetUtcNow() + Lifetime).UtcTicks, true), answer);
        }
        await using (var cache = await OpenAsync())
        {
            Assert.Equal(ApiSamples.Phone, cache.Find(question.Mac, question.SignalHash)?.Device);
            Assert.Equal((1, 2, 1, 1), (cache.Statistics.Answers, cache.Statistics.Hits, cache.Statistics.Misses, cache.Statistics.Stored));
            _time.Advance(Lifetime - TimeSpan.FromMilliseconds(1));
            Assert.NotNull(cache.Find(question.Mac, question.SignalHash));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Null(cache.Find(question.Mac, question.SignalHash));
            Assert.Equal(1, await cache.MaintainAsync(Stop));
            Assert.Equal((0, 1), (cache.Statistics.Answers, cache.Statistics.Expired));
        }
        Assert.Equal(0, Count("SELECT count(*) FROM fingerbank_cache WHERE mac <> ''"));
    }

    [Fact]
    public async Task Hits_are_written_to_the_row()
    {
        var question = ApiSamples.Question(1);
        await using (var cache = await OpenAsync())
        {
            await cache.PutAsync(question, ApiSamples.Phone, Stop);
            for (var hit = 0; hit < 3; hit++) cache.Find(question.Mac, question.SignalHash);
            await cache.MaintainAsync(Stop);
        }
        Assert.Equal(3, Count("SELECT hit_count FROM fingerbank_cache WHERE mac = '00:1E:C2:00:00:01' AND last_hit_at > 0"));
    }

    [Fact]
    public async Task That_the_API_knows_nothing_is_kept_too()
    {
        await using var cache = await OpenAsync();
        await cache.PutAsync(ApiSamples.Question(1), null, Stop);
        var answer = cache.Find(ApiSamples.Mac(1), ApiSamples.Question(1).SignalHash);
        Assert.NotNull(answer);
        Assert.Null(answer.Device);
        Assert.Equal(1, cache.Statistics.Negative);
    }

    [Fact]
    public async Task A_device_has_one_answer_and_it_says_whether_it_is_about_the_same_signals()
    {
        await using var cache = await OpenAsync();
        await cache.PutAsync(ApiSamples.Question(1, "1,3"), null, Stop);
        await cache.PutAsync(ApiSamples.Question(1, "1,6"), ApiSamples.Phone, Stop);
        Assert.True(cache.Find(ApiSamples.Mac(1), ApiSamples.Question(1, "1,6").SignalHash)!.IsForSameSignals);
        Assert.False(cache.Find(ApiSamples.Mac(1), ApiSamples.Question(1, "1,3").SignalHash)!.IsForSameSignals);
        Assert.Equal(1, Count("SELECT count(*) FROM fingerbank_cache WHERE mac <> ''"));
    }

    [Theory]
    [InlineData("UPDATE fingerbank_cache SET fingerprint_json = replace(fingerprint_json, '73', '99') WHERE mac <> ''")]
    [InlineData("UPDATE fingerbank_cache SET expires_at = expires_at + 1 WHERE mac <> ''")]
    [InlineData("UPDATE fingerbank_cache SET mac = '00:1E:C2:00:00:02' WHERE mac <> ''")]
    [InlineData("UPDATE fingerbank_cache SET dhcp_fingerprint = NULL WHERE mac <> ''")]
    [InlineData("UPDATE fingerbank_cache SET crc32c = crc32c + 1 WHERE mac <> ''")]
    public async Task A_row_that_was_changed_behind_our_back_is_dropped_and_counted(string change)
    {
        await using (var cache = await OpenAsync()) await cache.PutAsync(ApiSamples.Question(1), ApiSamples.Phone, Stop);
        Execute(change);
        await using var again = await OpenAsync();
        Assert.Null(again.Find(ApiSamples.Mac(1), ApiSamples.Question(1).SignalHash));
        Assert.Null(again.Find(ApiSamples.Mac(2), ApiSamples.Question(1).SignalHash));
        Assert.Equal((1, 0), (again.Statistics.Corrupt, again.Statistics.Answers));
        Assert.Equal(0, Count("SELECT count(*) FROM fingerbank_cache WHERE mac <> ''"));
    }

    [Fact]
    public async Task The_seed_is_there_from_the_start_gives_way_to_the_API_and_comes_back()
    {
        var entry = FingerbankSeed.Entries[0];
        var list = entry.Question.DhcpFingerprint!;
        await using var cache = await OpenAsync();
        Assert.Equal((entry.Device, true), (cache.FindCommon(list)!.Device, cache.FindCommon(list)!.IsSeed));
        await cache.PutAsync(entry.Question, ApiSamples.Phone, Stop);
        Assert.Equal((ApiSamples.Phone, false), (cache.FindCommon(list)!.Device, cache.FindCommon(list)!.IsSeed));
        _time.Advance(Lifetime);
        await cache.MaintainAsync(Stop);
        Assert.True(cache.FindCommon(list)!.IsSeed);
        Assert.Null(cache.FindCommon("1,3,6,12,15,28,42"));
    }

    [Fact]
    public async Task Clearing_removes_answers_and_statistics_and_keeps_what_was_asked()
    {
        await using var cache = await OpenAsync();
        await cache.PutAsync(ApiSamples.Question(1), ApiSamples.Phone, Stop);
        var now = _time.GetUtcNow().UtcTicks;
        await cache.SaveQuotaAsync(RequestQuota.Unused.Add(7, now), Stop);
        Assert.Equal(1 + FingerbankSeed.Entries.Count, await cache.ClearAsync(Stop));
        Assert.Null(cache.Find(ApiSamples.Mac(1), ApiSamples.Question(1).SignalHash));
        Assert.Equal((0, FingerbankSeed.Entries.Count), (cache.Statistics.Stored, (int)cache.Statistics.Common));
        Assert.Equal(7, (await cache.ReadQuotaAsync(Stop)).Hour.Used(now));
    }

    [Fact]
    public async Task Requests_and_the_last_sync_survive_a_restart()
    {
        var now = _time.GetUtcNow().UtcTicks;
        await using (var cache = await OpenAsync())
        {
            await cache.SaveQuotaAsync(RequestQuota.Unused.Add(299, now), Stop);
            await cache.SaveLastSyncAsync(now, Stop);
        }
        await using var again = await OpenAsync();
        Assert.Equal(now, again.LastSyncTicks);
        Assert.Equal(1, (await again.ReadQuotaAsync(Stop)).Available(QuotaLimits.Default, now));
    }

    [Fact]
    public async Task An_erased_device_is_in_no_byte_of_the_files()
    {
        await using var cache = await OpenAsync();
        var question = ApiQuestion.Of(ApiSamples.Mac(1), new ApiSignals { DhcpFingerprint = "1,3,66,67,1,3", UserAgents = ["Tell-Tale/1.0"] }, ApiSamples.AllFields)!;
        await cache.PutAsync(question, ApiSamples.Phone, Stop);
        Assert.Contains(Directory.GetFiles(Folder.Path), file => Holds(file, "Tell-Tale"));
        Assert.True(await cache.ForgetAsync(ApiSamples.Mac(1), Stop));
        Assert.False(await cache.ForgetAsync(ApiSamples.Mac(1), Stop));
        Assert.Null(cache.Find(question.Mac, question.SignalHash));
        Assert.DoesNotContain(Directory.GetFiles(Folder.Path), file => Holds(file, "Tell-Tale") || Holds(file, "00:1E:C2:00:00:01"));
    }

    [Fact]
    public async Task The_file_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        await using var cache = await OpenAsync();
        foreach (var file in Directory.GetFiles(Folder.Path))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_with_what_to_do()
    {
        await File.WriteAllTextAsync(Folder.Fingerbank, new string('x', 8192), Stop);
        var error = await Assert.ThrowsAsync<StoreException>(OpenAsync);
        Assert.Contains("fingerbank.db: not a sound SQLite database", error.Message, StringComparison.Ordinal);
        Assert.Contains("delete it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_earliest_expiry_is_that_of_an_answer_not_of_the_seed()
    {
        await using var cache = await OpenAsync();
        Assert.Equal(long.MaxValue, cache.EarliestExpiryTicks);
        await cache.PutAsync(ApiSamples.Question(1), null, Stop);
        var first = _time.GetUtcNow() + Lifetime;
        _time.Advance(TimeSpan.FromHours(1));
        await cache.PutAsync(ApiSamples.Question(2), null, Stop);
        Assert.Equal(first.UtcTicks, cache.EarliestExpiryTicks);
    }

    [Fact]
    public async Task What_lies_on_disk_can_be_read_beside_the_node()
    {
        await using var cache = await OpenAsync();
        await cache.PutAsync(ApiSamples.Question(1), null, Stop);
        await cache.SaveQuotaAsync(RequestQuota.Unused.Add(12, _time.GetUtcNow().UtcTicks), Stop);
        await cache.MaintainAsync(Stop);
        var info = FingerbankInfo.Read(Folder, _time);
        Assert.Equal((1, 1, 12, 12), (info.Statistics.Answers, info.Statistics.Negative, info.Requests.Hour, info.Requests.Month));
    }

    [Theory]
    [InlineData("1,3,6 | 60")]
    [InlineData("1,3,x | 60 | A")]
    [InlineData("1,3,256 | 60 | A")]
    [InlineData("1,3 | 101 | A")]
    [InlineData("1,3 | 60 | ")]
    public void A_wrong_line_of_the_seed_is_named(string line)
    {
        var error = Assert.Throws<InvalidDataException>(() => FingerbankSeed.Read(new StringReader("# comment\n\n" + line)));
        Assert.StartsWith("fingerbank-seed.txt(3): ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_names_no_list_twice_and_none_that_many_kinds_of_devices_send()
    {
        var lists = FingerbankSeed.Entries.Select(e => e.Question.DhcpFingerprint!).ToArray();
        Assert.Equal(lists.Length, lists.Distinct().Count());
        Assert.InRange(lists.Length, 20, 100);
        Assert.DoesNotContain("1,3,6,12,15,28,42", lists);
        Assert.All(FingerbankSeed.Entries, e => Assert.Equal(MacAddress.None, e.Question.Mac));
    }

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private Task<FingerbankCache> OpenAsync() => FingerbankCache.OpenAsync(Folder, Lifetime, _time);

    private long Count(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Folder.Fingerbank};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Folder.Fingerbank};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
