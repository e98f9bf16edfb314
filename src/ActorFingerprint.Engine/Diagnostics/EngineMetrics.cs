using System.Diagnostics.Metrics;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Engine.Diagnostics;

/// <summary>
/// The instruments of one engine, all of the meter <c>ActorFingerprint.Engine</c>. Everything but the journal's durations is read
/// from counters when somebody asks, so nothing is paid for a frame. Tags name kinds and reasons, never a device or a source.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorFingerprint.Engine";

    private readonly Lock _gate = new();
    private readonly List<RunningStream> _running = [];
    private readonly StreamTotals _ended = new();
    private readonly Histogram<double> _append;

    /// <summary>Makes the instruments; <paramref name="status"/> is asked at every collection.</summary>
    public EngineMetrics(Func<EngineStatus> status)
    {
        Meter.CreateObservableCounter("af.streams.frames", () => Totals().Frames, "{frame}", "Frames read.");
        Meter.CreateObservableCounter("fingerprint.capture.count", () => Tagged(Totals().Observations, "protocol"), "{observation}",
            "Observations made from frames.");
        Meter.CreateObservableCounter("af.streams.faults", () => Tagged(Totals().Faults, "kind"), "{packet}",
            "Packets and messages that were cut or malformed.");
        Meter.CreateObservableCounter("af.streams.evictions", () => Tagged(Totals().Evictions, "limit"), "{flow}",
            "Flows and datagrams under assembly that were given up at a limit.");
        Meter.CreateObservableCounter("af.streams.sampled_out", () => Totals().SampledOut, "{packet}",
            "Packets of live sources left out above streams.max-hello-rate.");
        Meter.CreateObservableCounter("af.watchlists.hits", () => Tagged(Totals().WatchlistHits, "type"), "{observation}",
            "Values of observations that were on a watchlist.");
        Meter.CreateObservableCounter("af.capture.frames.dropped", () => Tagged(Totals().Dropped, "reason"), "{frame}",
            "Frames lost before they were read.");
        Meter.CreateObservableCounter("af.observations.refused", () => Of(status().RefusedFuture, "reason", "future"), "{observation}",
            "Observations refused.");
        Meter.CreateObservableCounter("af.observations.ephemeral", () => status().EphemeralObservations, "{observation}",
            "Observations of devices beyond the flood guard, not kept.");
        Meter.CreateObservableUpDownCounter("af.devices.active", () => status().ActiveDevices, "{device}", "Devices in memory.");
        Meter.CreateObservableUpDownCounter("af.devices.ephemeral", () => status().EphemeralDevices, "{device}",
            "Devices beyond the flood guard, counted in memory only.");
        _append = Meter.CreateHistogram<double>("af.journal.append.duration", "s", "Time of a durable journal transaction.");
    }

    /// <summary>The meter; of this engine alone.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Counts a run's stream and source until disposed; what they counted stays in the totals.</summary>
    public IDisposable Follow(ICaptureSource source, StreamCounters counters)
    {
        var stream = new RunningStream(this, source, counters);
        lock (_gate) _running.Add(stream);
        return stream;
    }

    /// <inheritdoc />
    public void Dispose() => Meter.Dispose();

    internal void Appended(TimeSpan duration) => _append.Record(duration.TotalSeconds);

    private StreamTotals Totals()
    {
        lock (_gate)
        {
            var totals = new StreamTotals();
            totals.Add(_ended);
            foreach (var stream in _running) totals.Add(stream.Source, stream.Counters);
            return totals;
        }
    }

    private static Measurement<long>[] Of(long value, string tag, string name) => [new(value, new KeyValuePair<string, object?>(tag, name))];

    private static IEnumerable<Measurement<long>> Tagged(IReadOnlyDictionary<string, long> counts, string tag) =>
        counts.Select(c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>(tag, c.Key)));

    private sealed record RunningStream(EngineMetrics Owner, ICaptureSource Source, StreamCounters Counters) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner._gate)
                if (Owner._running.Remove(this)) Owner._ended.Add(Source, Counters);
        }
    }
}
