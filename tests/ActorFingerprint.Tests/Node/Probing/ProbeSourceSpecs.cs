using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Probing;
using ActorFingerprint.Tests.Engine;
using Xunit;

namespace ActorFingerprint.Tests.Node.Probing;

public sealed class ProbeSourceSpecs
{
    private static readonly DeviceKey Printer = Key(FakeReadModel.Printer.Key);
    private readonly FakeNotices _notices = new();
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _contacts = [];
    private readonly FakeReadModel _model = FakeReadModel.WithTwoDevices();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_is_asked_what_is_allowed_once_and_its_answer_is_an_observation_of_it()
    {
        await using var source = Source(new ProbingOptions { Ja3S = true, Upnp = true });
        Show(FactKind.OpenPort, "tcp/22");
        Show(FactKind.OpenPort, "tcp/443");
        Show(FactKind.OpenPort, "tcp/443");
        Show(FactKind.SsdpLocation, "http://10.0.0.7:80/desc.xml");
        Show(FactKind.OpenPort, "tcp/8443");
        var observations = await ReadAsync(source, 3);
        Assert.Equal(["ja3s 443", "upnp 80", "ja3s 8443"], _contacts);
        Assert.Equal(["ja3s", "upnp", "ja3s"], observations.Select(o => o.Event));
        Assert.All(observations, o => Assert.Equal((Printer, "probe"), (o.Device, o.Protocol)));
        Assert.Equal((3, 3), (source.Contacts, source.Answers));
        Assert.Equal([1, 2, 3], observations.Select(o => o.Frame));
    }

    [Fact]
    public async Task Devices_that_were_known_before_are_gone_through_at_the_start_and_again_after_a_day()
    {
        _model.MoreFacts.Add(new FactRow("open-port", "tcp/8443", 1));
        await using var source = Source(new ProbingOptions { Ja3S = true, RepeatAfter = TimeSpan.FromHours(1) });
        await ReadAsync(source, 1, () =>
        {
            if (_contacts.Count == 0) return;
            _time.Advance(TimeSpan.FromHours(25));
            Show(FactKind.OpenPort, "tcp/22"); // nothing to ask, but a reason to look
        }, 2);
        Assert.Equal(["ja3s 8443", "ja3s 8443"], _contacts);
    }

    [Fact]
    public async Task An_outage_of_the_store_is_waited_for()
    {
        _model.MoreFacts.Add(new FactRow("open-port", "tcp/8443", 1));
        _model.Outages = 3;
        await using var source = Source(new ProbingOptions { Ja3S = true });
        await ReadAsync(source, 1);
        Show(FactKind.OpenPort, "tcp/443");
        await ReadAsync(source, 1);
        Assert.Equal(["ja3s 8443", "ja3s 443"], _contacts);
        Assert.Equal(0, _model.Outages);
    }

    [Fact]
    public async Task What_is_off_is_not_asked()
    {
        await using var source = Source(new ProbingOptions { Upnp = true });
        Show(FactKind.OpenPort, "tcp/443");
        Show(FactKind.SsdpLocation, "http://10.0.0.7:80/desc.xml");
        await ReadAsync(source, 1);
        Assert.Equal(["upnp 80"], _contacts);
    }

    [Fact]
    public async Task A_contact_that_cannot_be_recorded_is_not_made()
    {
        var asked = false;
        await using var source = new ProbeSource(
            new ProbingOptions { Ja3S = true }, [], _notices, FakeReadModel.WithTwoDevices(),
            (_, _) => { asked = true; return Task.FromResult<IReadOnlyList<DeviceFact>>([]); }, _ => throw new IOException("disk full"), _time);
        Show(FactKind.OpenPort, "tcp/443");
        await Assert.ThrowsAsync<IOException>(() => ReadAsync(source, 1));
        Assert.False(asked);
    }

    [Theory]
    [InlineData("http://10.0.0.7:80/desc.xml", true)]
    [InlineData("http://10.0.0.7/", true)]
    [InlineData("http://10.0.0.8/", false)] // another device
    [InlineData("http://8.8.8.8/", false)]
    [InlineData("http://203.0.113.7/", true)] // a local network by configuration
    [InlineData("http://printer.local/", false)] // a name
    [InlineData("https://10.0.0.7/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("http://user:pass@10.0.0.7/", false)]
    [InlineData("http://0x0a000007/", true)] // the same address, written oddly
    [InlineData("http://127.0.0.1/", false)]
    [InlineData("http://[fe80::1]/", false)]
    [InlineData("gopher", false)]
    public void A_location_is_fetched_only_from_the_devices_own_local_address(string location, bool isFetched)
    {
        NetworkPrefix[] local = [Prefix("203.0.113.0/24")];
        string[] addresses = ["10.0.0.7", "203.0.113.7", "8.8.8.8", "127.0.0.1", "fe80::1"];
        Assert.Equal(isFetched, ProbeTarget.OfLocation(Printer, location, addresses, local) is not null);
    }

    [Fact]
    public void A_server_is_asked_at_its_newest_local_address()
    {
        Assert.Equal("10.0.0.2", ProbeTarget.OfPort(Printer, "tcp/443", ["10.0.0.1", "10.0.0.2", "8.8.8.8"], [])!.Address.ToString());
        Assert.Null(ProbeTarget.OfPort(Printer, "tcp/443", ["8.8.8.8", "127.0.0.1", "0.0.0.0"], []));
        Assert.Null(ProbeTarget.OfPort(Printer, "tcp/4430", ["10.0.0.1"], []));
    }

    private static DeviceKey Key(string text) => DeviceKey.TryParse(text, out var key) ? key : default;

    private static NetworkPrefix Prefix(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : default;

    private ProbeSource Source(ProbingOptions options) => new(
        options, [], _notices, _model,
        (target, _) => Task.FromResult<IReadOnlyList<DeviceFact>>([new DeviceFact(FactKind.Ja3S, $"{target.Port}")]),
        target => _contacts.Add($"{target.Kind} {target.Port}"), _time);

    private void Show(FactKind kind, string value) =>
        _notices.Publish(new DeviceNotice(1, Printer, new DeviceEvent.FactObserved(1, kind, value, default)));

    /// <summary>Reads so many observations; the clock runs whenever the source rests.</summary>
    private async Task<List<Observation>> ReadAsync(ProbeSource source, int count, Action? between = null, int? then = null)
    {
        var read = new List<Observation>();
        await using var observations = source.ReadAsync(0, Stop).GetAsyncEnumerator(Stop);
        while (read.Count < (then ?? count))
        {
            if (read.Count == count) between?.Invoke();
            var next = observations.MoveNextAsync().AsTask();
            for (var turn = 0; !next.IsCompleted; turn++)
            {
                Assert.True(turn < 10_000, "the source waits for nothing");
                _time.AdvanceToNextTimer();
                await Task.Delay(1, Stop);
            }
            Assert.True(await next);
            read.Add(observations.Current);
        }
        return read;
    }
}
