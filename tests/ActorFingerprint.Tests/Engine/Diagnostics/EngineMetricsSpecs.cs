using System.Diagnostics.Metrics;
using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Diagnostics;

public sealed class EngineMetricsSpecs
{
    [Fact]
    public async Task A_run_is_counted_once_while_it_lasts_and_after_it_has_ended()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using var engine = EngineHarness.Engine(journal, EngineScheduler.Default, TimeProvider.System);
        using var read = new Readings(engine.Metrics.Meter);
        Assert.Equal(0, read.Sum("af.streams.frames"));
        var first = await RunAsync(engine, "a");
        var second = await RunAsync(engine, "b");
        Assert.Equal(EngineHarness.Sample.Count * 2, read.Sum("af.streams.frames"));
        Assert.Equal(first.Observations + second.Observations, read.Sum("fingerprint.capture.count"));
        var protocols = read.TagsOf("fingerprint.capture.count");
        Assert.Equal(protocols.Distinct(), protocols);
        Assert.Superset(new HashSet<string>(["protocol=dhcp", "protocol=tls"]), protocols.ToHashSet());
        Assert.Equal(["reason=engine", "reason=interface", "reason=kernel"], read.TagsOf("af.capture.frames.dropped"));
        Assert.Equal(engine.Status.ActiveDevices, read.Sum("af.devices.active"));
        Assert.Equal(0, read.Sum("af.observations.refused"));
        Assert.True(read.Recorded("af.journal.append.duration") > 0);
    }

    [Fact]
    public async Task Hits_of_a_watchlist_are_counted_by_type()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using var engine = EngineHarness.Engine(journal, EngineScheduler.Default, TimeProvider.System);
        using var read = new Readings(engine.Metrics.Meter);
        var request = EngineHarness.Request;
        var list = new Watchlist([new WatchlistEntry(WatchlistType.Dhcp, "1,3,6,12,15,28,42", "storage")]);
        await engine.RunAsync(new MemoryCaptureSource("a", EngineHarness.Sample), request with { Watchlist = () => list }, TestContext.Current.CancellationToken);
        Assert.Equal(["type=dhcp"], read.TagsOf("af.watchlists.hits"));
        Assert.Equal(request.Counters.WatchlistHits["dhcp"], read.Sum("af.watchlists.hits"));
        Assert.Contains("storage: dhcp=1,3,6,12,15,28,42", await EngineHarness.DumpDevicesAsync(journal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_tag_names_a_device_or_a_source()
    {
        var journal = new InMemoryJournal(keepEvents: true);
        await using var engine = EngineHarness.Engine(journal, EngineScheduler.Default, TimeProvider.System);
        using var read = new Readings(engine.Metrics.Meter);
        await RunAsync(engine, "a");
        Assert.All(read.AllTags(), tag => Assert.Matches("^(protocol|kind|limit|reason|type)=[a-z0-9_]+$", tag));
    }

    private static Task<RunResult> RunAsync(DeviceEngine engine, string source) => engine.RunAsync(
        new MemoryCaptureSource(source, EngineHarness.Sample), EngineHarness.Request with { Source = source }, TestContext.Current.CancellationToken);

    /// <summary>What one meter measures.</summary>
    private sealed class Readings : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, long Value, string Tags)> _values = [];
        private int _durations;

        public Readings(Meter meter)
        {
            Assert.Equal(EngineMetrics.MeterName, meter.Name);
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, meter)) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Add(i, v, tags));
            _listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Add(i, v, tags));
            _listener.SetMeasurementEventCallback<double>((i, v, _, _) =>
            {
                Assert.Equal("s", i.Unit);
                Assert.InRange(v, 0, 60);
                Interlocked.Increment(ref _durations);
            });
            _listener.Start();
        }

        public long Sum(string name) => Read().Where(v => v.Name == name).Sum(v => v.Value);

        public string[] TagsOf(string name) => [.. Read().Where(v => v.Name == name).Select(v => v.Tags).Order(StringComparer.Ordinal)];

        public string[] AllTags() => [.. Read().Select(v => v.Tags).Where(t => t.Length > 0)];

        public int Recorded(string name) => name == "af.journal.append.duration" ? _durations : 0;

        public void Dispose() => _listener.Dispose();

        private List<(string Name, long Value, string Tags)> Read()
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
            return _values;
        }

        private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _values.Add((instrument.Name, value, string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))));
    }
}
