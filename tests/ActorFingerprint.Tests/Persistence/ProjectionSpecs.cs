using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Persistence.Projections;
using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class ProjectionSpecs : StoreSpec
{
    private const string Chrome = "t13d1516h2_8daaf6152771_02713d6af862";
    private const string Curl = "t13d3112h2_e8f1e7e78f70_6bebaf5329ac";

    [Fact]
    public async Task A_device_is_shown_with_what_its_events_and_counters_say()
    {
        await Script.RunEvent(new RunEvent.Started(JournalScript.Run, 0, "home.pcapng", 50)).CommitAsync(Stop);
        await Script.Seen(1, T0 + 10, via: "AA:AA:AA:AA:AA:AA").Dhcp(1, T0 + 10, 1, "1,6,3").Ja4(1, T0 + 20, 2, Chrome)
            .Device(1, new DeviceEvent.AddressObserved(T0 + 20, "192.0.2.1", new("r", 1, 0)))
            .Device(1, new DeviceEvent.HostNameObserved(T0 + 10, "laptop", HostNameSource.DhcpHostName, new("r", 1, 0)))
            .Device(1, new DeviceEvent.FactObserved(T0 + 12, FactKind.MdnsService, "_ipp._tcp", new("r", 1, 0)))
            .Device(1, new DeviceEvent.HostNameObserved(T0 + 12, "printer", HostNameSource.Mdns, new("r", 1, 0)))
            .Device(1, new DeviceEvent.Labelled(T0 + 5, "Desk"))
            .Count(1, 3, T0 + 5, T0 + 30, new FingerprintCount(FingerprintKind.Ja4, 2, 2, T0 + 20, T0 + 30)).CommitAsync(Stop);
        await CatchUpAsync();

        var row = await Store.ReadModel.GetAsync("mac:00:00:0C:00:00:01", Stop);
        Assert.NotNull(row);
        Assert.Equal(("mac:00:00:0C:00:00:01", "00:00:0C:00:00:01", "Desk"), (row.Key, row.Mac, row.Label));
        Assert.Contains("Cisco", row.Vendor, StringComparison.Ordinal);
        Assert.Equal("AA:AA:AA:AA:AA:AA", row.Via);
        Assert.Equal(
            (3, 300, T0 + 5, T0 + 30, T0 + 30), (row.PacketsTotal, row.DataBytes, row.FirstSeenTicks, row.LastSeenTicks, row.UpdatedTicks));
        Assert.Equal(("ok", ""), (row.Status, row.Reason));
        Assert.Equal(DeviceFeatures.Hash(row.FeaturesJson!), row.FingerprintHash);
        Assert.Equal(["192.0.2.1"], row.Addresses);
        Assert.Equal(["laptop", "printer"], row.HostNames);
        Assert.Equal([new HourCount(HourCount.HourOf(T0), 3)], row.Hours);
        Assert.Equal([new FactRow("mdns-service", "_ipp._tcp", T0 + 12)], await Store.ReadModel.FactsAsync(row.Key, Stop));
        Assert.Empty(await Store.ReadModel.FactsAsync("mac:00:00:0C:00:00:99", Stop));
        Assert.Equal(("1,6,3", 1), (row.DhcpList, row.DistinctJa4));

        var tls = Assert.Single(await Store.ReadModel.TlsAsync(row.Key, 10, Stop));
        Assert.Equal(
            new TlsFingerprintRow(
                row.Key, "cd08e31494f9531f560d64c695473da9", Chrome, "example.org", "203.0.113.7", 443, T0 + 20, T0 + 30, 2), tls);
        var dhcp = Assert.Single(await Store.ReadModel.DhcpAsync(row.Key, Stop));
        Assert.Equal(new DhcpFingerprintRow(row.Key, "request", "1,6,3", "1,3,6", "ab", "MSFT 5.0", T0 + 10, T0 + 10, 1), dhcp);
        Assert.Equal((1, 1), await Store.ReadModel.CountsAsync(Stop));
        var history = await Store.ReadModel.HistoryAsync(row.Key, 2, Stop);
        Assert.Equal(
            [("device.host-name-observed.v1", T0 + 12), ("device.labelled.v1", T0 + 5)], history.Select(h => (h.Manifest, h.AtTicks)));
        Assert.Equal(Store.Projections.State.Offset, await Store.ReadModel.OffsetAsync(Stop));
    }

    [Fact]
    public async Task Too_few_packets_without_a_fingerprint_are_insufficient_and_say_how_many()
    {
        await Script.Seen(1, T0).Count(1, 7, T0, T0 + 1).Seen(2, T0).Count(2, 50, T0, T0 + 1).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal(("insufficient", "low packets_total=7"), await StatusAsync(1));
        Assert.Equal(("ok", ""), await StatusAsync(2));
        await Script.Count(1, 43, T0, T0 + 2).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal(("ok", ""), await StatusAsync(1));
    }

    [Fact]
    public async Task The_minimum_of_the_newest_run_holds_for_the_whole_store()
    {
        await Script.Seen(1, T0).Count(1, 7, T0, T0 + 1).CommitAsync(Stop);
        await Script.RunEvent(new RunEvent.Started("other", 0, "x.pcap", 5)).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal(("ok", ""), await StatusAsync(1));
    }

    [Fact]
    public async Task Every_report_and_end_of_a_run_is_a_row_with_the_counts_of_that_moment()
    {
        await Script.RunEvent(new RunEvent.Started(JournalScript.Run, 0, "live:eth0", 50)).CommitAsync(Stop);
        await Script.Seen(1, T0).Count(1, 1, T0, T0).CommitAsync(Stop);
        await Script.RunEvent(new RunEvent.Reported(JournalScript.Run, T0 + 100, 10, 1)).CommitAsync(Stop);
        await Script.Seen(2, T0).Ja4(2, T0, 1, Chrome).Count(2, 1, T0, T0).CommitAsync(Stop);
        await Script.RunEvent(new RunEvent.Ended(JournalScript.Run, T0 + 200, 20, 2)).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal(
            [
                new RunRow(JournalScript.Run, "live:eth0", T0 + 200, 1, 1, 50, true),
                new RunRow(JournalScript.Run, "live:eth0", T0 + 100, 0, 1, 50, false),
            ],
            await Store.ReadModel.RunsAsync(10, Stop));
    }

    [Fact]
    public async Task Lists_filter_sort_and_page()
    {
        for (var n = 1; n <= 9; n++)
        {
            var label = n % 2 == 0 ? $"even 100% {n}" : $"odd_{n}";
            Script.Seen(n, T0 + n).Device(n, new DeviceEvent.Labelled(T0, label)).Count(n, n * 10, T0 + n, T0 + (n * 10));
        }

        await Script.CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal("2, 4, 6, 8 of 4", await ListAsync(new() { Text = "EVEN" }));
        Assert.Equal("2, 4, 6, 8 of 4", await ListAsync(new() { Text = "100%" }));
        Assert.Equal("1, 3, 5, 7, 9 of 5", await ListAsync(new() { Text = "odd_" }));
        Assert.Equal("7 of 1", await ListAsync(new() { Text = "00-00-0c-00-00-07" }));
        Assert.Equal(" of 0", await ListAsync(new() { Text = "'; DROP TABLE devices; --" }));
        Assert.Equal("1, 2, 3, 4 of 4", await ListAsync(new() { Status = "insufficient" }));
        Assert.Equal("8, 9 of 2", await ListAsync(new() { SeenAfterTicks = T0 + 80 }));
        Assert.Equal("8, 7, 6 of 9", await ListAsync(new() { Sort = "packets_total", Descending = true, Offset = 1, Limit = 3 }));
        foreach (var sort in (string[])["key", "vendor", "first_seen", "last_seen"])
            Assert.Equal("1, 2 of 9", await ListAsync(new() { Sort = sort, Limit = 2 }));
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(new() { Sort = "state" }));
    }

    [Fact]
    public async Task A_rebuild_gives_every_row_of_every_table_again()
    {
        await Script.WriteDayAsync(commit => commit % 3 == 0 ? CatchUpAsync() : Task.CompletedTask, Stop);
        await CatchUpAsync();
        var live = await Place.ReadSideAsync();
        Assert.True(live.Count > 200, "the day has rows in its tables");
        await Store.Projections.CatchUpAsync(fromZero: true, null, Stop);
        Assert.Equal(live, await Place.ReadSideAsync());
    }

    [Fact]
    public async Task An_erased_device_is_gone_from_lists_and_from_the_counts_of_past_runs()
    {
        await Script.RunEvent(new RunEvent.Started(JournalScript.Run, 0, "live:eth0", 50)).CommitAsync(Stop);
        await Script.Seen(1, T0).Ja4(1, T0, 1, Chrome).Count(1, 1, T0, T0).Seen(2, T0).Count(2, 1, T0, T0).CommitAsync(Stop);
        await Script.RunEvent(new RunEvent.Reported(JournalScript.Run, T0 + 1, 1, 1)).CommitAsync(Stop);
        await CatchUpAsync();
        await Script.Device(1, new DeviceEvent.Erased(T0 + 2)).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Null(await Store.ReadModel.GetAsync("mac:00:00:0C:00:00:01", Stop));
        Assert.Equal((0, 1), (await Store.ReadModel.RunsAsync(1, Stop))[0] is var run ? (run.Stored, run.Insufficient) : default);
        Assert.Equal((0, 0), await Store.ReadModel.CountsAsync(Stop));
        Assert.DoesNotContain(
            await Place.ReadSideAsync(), row => row.Contains("00:00:0C:00:00:01", StringComparison.Ordinal));
        await Script.Seen(1, T0 + 9).Count(1, 2, T0 + 9, T0 + 9).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal(T0 + 9, (await Store.ReadModel.GetAsync("mac:00:00:0C:00:00:01", Stop))!.FirstSeenTicks);
    }

    [Fact]
    public async Task Retention_takes_the_forgotten_fingerprints_away()
    {
        await Script.Seen(1, T0).Ja4(1, T0, 1, Chrome).Ja4(1, T0, 2, Curl).Count(1, 2, T0, T0).CommitAsync(Stop);
        await Script.Device(1, new DeviceEvent.RetentionApplied(T0 + 9, T0 + 8, [1])).CommitAsync(Stop);
        await CatchUpAsync();
        Assert.Equal(Curl, Assert.Single(await Store.ReadModel.TlsAsync("mac:00:00:0C:00:00:01", 9, Stop)).Ja4);
        Assert.DoesNotContain(await Place.ReadSideAsync(), row => row.Contains(Chrome, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_router_loses_the_fingerprints_of_those_behind_it()
    {
        await Script.Seen(1, T0).Ja4(1, T0, 1, Chrome).CommitAsync(Stop);
        var router = new DeviceEvent.RouterIdentified(T0 + 1, ["203.0.113.9"], new("r", 1, 0));
        await Script.Device(1, router).Count(1, 1, T0, T0).CommitAsync(Stop);
        await CatchUpAsync();
        var row = await Store.ReadModel.GetAsync("mac:00:00:0C:00:00:01", Stop);
        Assert.True(row!.IsRouter);
        Assert.Equal((0, "insufficient"), (row.DistinctJa4, row.Status));
        Assert.Empty(await Store.ReadModel.TlsAsync(row.Key, 9, Stop));
    }

    private async Task<(string, string)> StatusAsync(int n) =>
        await Store.ReadModel.GetAsync(JournalScript.Key(n).ToString(), Stop) is { } row ? (row.Status, row.Reason) : default;

    private async Task<string> ListAsync(DeviceQuery query)
    {
        var (rows, total) = await Store.ReadModel.ListAsync(query, Stop);
        return $"{string.Join(", ", rows.Select(row => Convert.ToInt32(row.Key[^2..], 16)))} of {total}";
    }
}
