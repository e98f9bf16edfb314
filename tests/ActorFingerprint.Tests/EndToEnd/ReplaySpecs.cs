using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>Everything that is shown can be made again from the journal.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class ReplaySpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_read_side_rebuilt_from_zero_and_a_journal_carried_elsewhere_have_every_byte()
    {
        var (_, store) = await ScanDayAsync();
        var live = DatabaseDump.Of(Path.Combine(store, "projections.db"));
        await Actorfp.RunAsync("journal", "replay", "--rebuild", "--folder", store);
        Assert.Equal(live, DatabaseDump.Of(Path.Combine(store, "projections.db")));

        var (file, copy) = (_folder.At("journal.jsonl"), Directory.CreateDirectory(_folder.At("copy")).FullName);
        File.Copy(Path.Combine(store, "pseudonym.key"), Path.Combine(copy, "pseudonym.key"));
        await Actorfp.RunAsync("journal", "export", "--output", file, "--folder", store);
        await Actorfp.RunAsync("journal", "import", file, "--folder", copy);
        const string Events = "SELECT ordering, persistence_id, sequence_number, created, manifest, message, writer_uuid, tags, crc32c FROM journal ORDER BY ordering";
        Assert.Equal(DatabaseDump.Rows(Path.Combine(store, "journal.db"), Events), DatabaseDump.Rows(Path.Combine(copy, "journal.db"), Events));
        Assert.Equal(live, DatabaseDump.Of(Path.Combine(copy, "projections.db")));
        await Actorfp.RunAsync("journal", "verify", "--folder", copy);
    }

    [Theory]
    [InlineData("2025-03-03T08:15:00Z")]
    [InlineData("2025-03-03T18:30:00Z")]
    public async Task State_as_of_a_time_equals_a_scan_of_the_capture_cut_there(string time)
    {
        var (_, store) = await ScanDayAsync();
        var cut = HomeCaptures.WriteDayUntil(_folder.Path, DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        var asOf = Facts(await Actorfp.RunAsync("journal", "replay", "--as-of", time, "--json", "--folder", store));
        Assert.Equal(Facts(await Actorfp.RunAsync("scan", cut, "--format", "json")), asOf);
        Assert.True(asOf.Count > 10, "there are too few devices at that time to compare");
    }

    [Fact]
    public async Task A_second_scan_adds_counters_and_no_device_event()
    {
        var (capture, store) = await ScanDayAsync();
        var once = StoreFacts.Of(store);
        await Actorfp.RunAsync("scan", capture, "--store", store, "--format", "json", "--set", "sharding.shards=8");
        var twice = StoreFacts.Of(store);
        Assert.Equal(once.Events, twice.Events);
        Assert.NotEqual(once.Counters, twice.Counters);
        const string Packets = "SELECT sum(packets_total) FROM device_fingerprints";
        Assert.Equal(4, twice.Runs.Count);
        Assert.True(StoreFacts.Count(store, DeviceManifests.FirstSeen) > 20);
        Assert.Equal(PacketsOf(once) * 2, PacketsOf(twice));
        Assert.Equal(PacketsOf(twice), long.Parse(DatabaseDump.Rows(Path.Combine(store, "projections.db"), Packets)[0], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _folder.Dispose();

    private static long PacketsOf(StoreFacts facts) => facts.Counters.Where(line => line.Contains('{', StringComparison.Ordinal)).Sum(line =>
        JsonDocument.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("counters").GetProperty("packets").GetInt64());

    private static List<string> Facts(string json) =>
    [
        .. JsonDocument.Parse(json).RootElement.EnumerateArray()
            .Select(device => string.Join(' ', new[] { "key", "isRouter", "via", "addresses", "hostNames", "dhcpList", "distinctJa4", "fingerprintHash", "firstSeen" }
                .Select(name => device.GetProperty(name).GetRawText())))
            .Order(StringComparer.Ordinal),
    ];

    private async Task<(string Capture, string Store)> ScanDayAsync()
    {
        var (capture, store) = (HomeCaptures.WriteDay(_folder.Path), _folder.At("store"));
        await Actorfp.RunAsync(["scan", capture, "--store", store, "--format", "json", "--set", "sharding.shards=8"]);
        return (capture, store);
    }
}
