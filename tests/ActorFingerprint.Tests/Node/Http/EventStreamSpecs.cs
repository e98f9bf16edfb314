using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

public sealed class EventStreamSpecs
{
    private static readonly DeviceKey Device = DeviceKey.OfMac(new MacAddress(0x001EC2000001));
    private static readonly Sighting Where = new("run", 1, 0);

    [Fact]
    public async Task Live_events_arrive_with_topic_id_and_data()
    {
        await using var host = await ApiHost.StartAsync();
        using var events = await OpenAsync(host);
        Assert.Equal("retry: 3000\nid: 0", await events.NextAsync());
        host.Engine.Feed.Publish(FirstSeen(1));
        host.Engine.Feed.Publish(new DeviceNotice(2, Device, new DeviceEvent.Labelled(0, "not announced")));
        host.Engine.Feed.Publish(
            new DeviceNotice(3, Device,
                new DeviceEvent.ChurnDetected(FakeReadModel.Utc(1), FingerprintKind.DhcpRequest, "1,3", "3,1", 2, Where)));
        Assert.Equal("""
            event: new-device
            id: 1
            data: {"ordering":1,"device":"mac:00:1E:C2:00:00:01","at":"2026-01-31T01:00:00Z"}
            """, await events.NextAsync());
        var churn = await events.NextAsync();
        Assert.StartsWith("event: churn\nid: 3\ndata: {\"ordering\":3,", churn, StringComparison.Ordinal);
        Assert.EndsWith("\"kind\":\"dhcp-request\",\"value\":\"3,1\",\"previous\":\"1,3\",\"distinctValues\":2}", churn,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hit_of_a_watchlist_has_a_topic_of_its_own_beside_that_of_other_facts()
    {
        await using var host = await ApiHost.StartAsync();
        using var events = await OpenAsync(host);
        await events.NextAsync();
        host.Engine.Feed.Publish(new DeviceNotice(1, Device, new DeviceEvent.FactObserved(FakeReadModel.Utc(1), FactKind.Hassh, "aa", Where)));
        host.Engine.Feed.Publish(new DeviceNotice(2, Device, new DeviceEvent.FactObserved(FakeReadModel.Utc(1), FactKind.WatchlistHit, "bad: ja4=x", Where)));
        Assert.StartsWith("event: new-fact\n", await events.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("""
            event: watchlist-hit
            id: 2
            data: {"ordering":2,"device":"mac:00:1E:C2:00:00:01","at":"2026-01-31T01:00:00Z","kind":"watchlist-hit","value":"bad: ja4=x"}
            """, await events.NextAsync());
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_each_event_once()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 1; i <= 1200; i++) host.Engine.Feed.Past.Add(FirstSeen(i));
        using var events = await OpenAsync(host, lastEventId: "100");
        await events.NextAsync();
        for (var i = 101; i <= 1200; i++) Assert.Contains($"id: {i}\n", await events.NextAsync() + "\n", StringComparison.Ordinal);
        host.Engine.Feed.Publish(FirstSeen(1201));
        Assert.Contains("id: 1201", await events.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_comes_from_a_node_that_is_ahead_gets_nothing_twice()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 1; i <= 10; i++) host.Engine.Feed.Past.Add(FirstSeen(i));
        host.Engine.Feed.Ahead = 12;
        using var events = await OpenAsync(host, lastEventId: "12");
        Assert.Equal("retry: 3000\nid: 12", await events.NextAsync());
        for (var i = 11; i <= 13; i++) host.Engine.Feed.Publish(FirstSeen(i));
        Assert.Contains("id: 13\n", await events.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_a_journal_that_was_cleared_since_gets_all_of_the_new_one()
    {
        await using var host = await ApiHost.StartAsync();
        host.Engine.Feed.Past.Add(FirstSeen(1));
        using var events = await OpenAsync(host, lastEventId: "12");
        Assert.Equal("retry: 3000\nid: 0", await events.NextAsync());
        Assert.Contains("id: 1\n", await events.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_event_id_that_is_no_number_is_a_400_problem()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(400, (await host.GetAsync("/api/events?lastEventId=abc")).Status);
    }

    [Fact]
    public async Task A_quiet_stream_sends_comments()
    {
        await using var host = await ApiHost.StartAsync(new HttpOptions { EventHeartbeat = TimeSpan.FromMilliseconds(20) });
        using var events = await OpenAsync(host);
        await events.NextAsync();
        Assert.Equal(": still here", await events.NextAsync());
    }

    [Fact]
    public async Task Streams_over_the_limit_are_refused_until_one_closes()
    {
        await using var host = await ApiHost.StartAsync(new HttpOptions { EventClients = 1 });
        using (var first = await OpenAsync(host))
        {
            await first.NextAsync();
            var (status, problem) = await host.GetAsync("/api/events");
            Assert.Equal((503, "TOO_MANY_EVENT_CLIENTS"), (status, problem.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task Streams_end_with_a_last_event_when_the_node_stops()
    {
        var host = await ApiHost.StartAsync();
        using var events = await OpenAsync(host);
        await events.NextAsync();
        var stopping = host.DisposeAsync();
        Assert.Equal("event: end\ndata: {\"reason\":\"the node stops\"}", await events.NextAsync());
        await stopping;
    }

    [Fact]
    public async Task A_slow_client_is_dropped_and_the_others_go_on()
    {
        var notices = new FakeNotices();
        await using var hub = new EventHub(notices, maxClients: 2, clientBuffer: 2, NullLogger<EventHub>.Instance);
        using var slow = hub.TrySubscribe()!;
        using var quick = hub.TrySubscribe()!;
        Assert.Null(hub.TrySubscribe());
        hub.Start();
        for (var i = 1; i <= 3; i++)
        {
            notices.Publish(FirstSeen(i));
            Assert.Equal(i, (await quick.Notices.ReadAsync(TestContext.Current.CancellationToken)).Device?.Ordering);
        }
        await foreach (var _ in slow.Notices.ReadAllAsync(TestContext.Current.CancellationToken)) ;
        Assert.Equal((EventStreamEnd.TooSlow, EventStreamEnd.None), (slow.Ended, quick.Ended));
        Assert.NotNull(hub.TrySubscribe());
    }

    private static DeviceNotice FirstSeen(long ordering) =>
        new(ordering, Device, new DeviceEvent.FirstSeen(FakeReadModel.Utc(1), Device, Where, false, null));

    private static async Task<EventReader> OpenAsync(ApiHost host, string? lastEventId = null)
    {
        var request = ApiHost.Request(HttpMethod.Get, "/api/events");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await host.SendRawAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Reads blocks of a stream: the lines up to a blank one.</summary>
    private sealed class EventReader(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public async Task<string> NextAsync()
        {
            var lines = new List<string>();
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line) lines.Add(line);
            return string.Join('\n', lines);
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
