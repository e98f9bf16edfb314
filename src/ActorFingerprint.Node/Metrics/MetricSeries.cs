using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ActorFingerprint.Node.Metrics;

/// <summary>All series of one instrument.</summary>
internal sealed record Family(string Type, string? Help, Func<Series> NewSeries)
{
    public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

    public static Family Of(Instrument instrument)
    {
        var kind = KindOf(instrument);
        var absolute = instrument.IsObservable;
        return kind.StartsWith("Histogram", StringComparison.Ordinal)
            ? new Family("histogram", instrument.Description, () => new HistogramSeries())
            : new Family(IsCounter(instrument) ? "counter" : "gauge", instrument.Description, () =>
                new ValueSeries(absolute || kind.StartsWith("Gauge", StringComparison.Ordinal)));
    }

    /// <summary>True for instruments that only rise.</summary>
    public static bool IsCounter(Instrument instrument) =>
        KindOf(instrument) is var kind
            && (kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal));

    public void Render(string name, StringBuilder text)
    {
        if (Help is not null) text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Help.ReplaceLineEndings(" ")}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {Type}\n");
        foreach (var (labels, series) in Series) series.Render(name, labels, text);
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name;
}

/// <summary>One combination of labels.</summary>
internal abstract class Series
{
    public abstract void Add(double value);

    public abstract void Render(string name, string labels, StringBuilder text);

    protected static void Line(StringBuilder text, string name, string labels, double value) => text
        .Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ')
        .Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
}

/// <summary>A counter or gauge: a running sum, or the last value when measurements are absolute.</summary>
internal sealed class ValueSeries(bool isAbsolute) : Series
{
    private double _value;

    public override void Add(double value) => _value = isAbsolute ? value : _value + value;

    public override void Render(string name, string labels, StringBuilder text) => Line(text, name, labels, _value);
}

/// <summary>A histogram with fixed bounds from 100 µs to 10 s (durations are in seconds).</summary>
internal sealed class HistogramSeries : Series
{
    private static readonly double[] Bounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
    private readonly long[] _counts = new long[Bounds.Length + 1];
    private double _sum;

    public override void Add(double value)
    {
        var at = Array.FindIndex(Bounds, bound => value <= bound);
        _counts[at < 0 ? Bounds.Length : at]++;
        _sum += value;
    }

    public override void Render(string name, string labels, StringBuilder text)
    {
        var separator = labels.Length == 0 ? "" : ",";
        var sum = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            sum += _counts[i];
            var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, name + "_bucket", $"{labels}{separator}le=\"{bound}\"", sum);
        }
        Line(text, name + "_sum", labels, _sum);
        Line(text, name + "_count", labels, sum);
    }
}
