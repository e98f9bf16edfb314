using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ActorFingerprint.Node.Metrics;

/// <summary>
/// Listens to the meters of this process and renders them as Prometheus text. Only meters whose name starts with the given prefix; the
/// series of one instrument are bounded, further ones are counted together.
/// </summary>
public sealed class MetricCollector : IDisposable
{
    private const int MaxSeries = 1000;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Starts to listen to meters whose name starts with <paramref name="meterPrefix"/>.</summary>
    public MetricCollector(string meterPrefix)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(meterPrefix, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument, new Named(NameOf(instrument), Family.Of(instrument)));
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, named) => Record(named!, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, named) => Record(named!, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, named) => Record(named!, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, named) => Record(named!, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, named) => Record(named!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, named) => Record(named!, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, named) => Record(named!, (double)value, tags));
        _listener.Start();
    }

    /// <summary>The exposition text (version 0.0.4), observable instruments read now.</summary>
    public string Render()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // What an instrument measures was just closed; all others were read.
        }
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var (name, family) in _families) family.Render(name, text);
        }
        return text.ToString();
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Record(object named, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (name, mine) = (Named)named;
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out var family)) _families[name] = family = mine;
            var labels = LabelsOf(tags);
            if (!family.Series.TryGetValue(labels, out var series))
            {
                if (family.Series.Count >= MaxSeries) labels = "overflow=\"true\"";
                if (!family.Series.TryGetValue(labels, out series)) family.Series[labels] = series = family.NewSeries();
            }
            series.Add(value);
        }
    }

    /// <summary><c>af.streams.frames_dropped</c> becomes <c>af_streams_frames_dropped_total</c>.</summary>
    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name.Length + 8);
        foreach (var c in instrument.Name) name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        if (instrument.Unit is "s") name.Append("_seconds");
        if (instrument.Unit is "By") name.Append("_bytes");
        if (Family.IsCounter(instrument)) name.Append("_total");
        return name.ToString();
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags) labels[key] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return string.Join(',', labels.Select(l => $"{Label(l.Key)}=\"{Escape(l.Value)}\""));
    }

    private static string Label(string key) => new([.. key.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>An instrument's name and series; instruments of the same name share the first one's series.</summary>
    private sealed record Named(string Name, Family Family);
}
