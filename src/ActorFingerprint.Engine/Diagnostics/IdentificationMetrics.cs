using System.Diagnostics.Metrics;

namespace ActorFingerprint.Engine.Diagnostics;

/// <summary>
/// The instruments of identification, all of the meter <c>ActorFingerprint.Identification</c>, and the rates that are worked out of them.
/// </summary>
public sealed class IdentificationMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorFingerprint.Identification";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _latency;
    private long _dhcpAsked, _dhcpMatched, _inferences, _resolved, _inferenceTicks;

    /// <summary>Makes the instruments.</summary>
    /// <param name="loadTime">How long the signature databases took to load.</param>
    public IdentificationMetrics(TimeSpan loadTime)
    {
        _latency = _meter.CreateHistogram<double>("fingerprint.lookup.latency_ms", "ms", "Time of one inference over all that a device showed.");
        _meter.CreateObservableGauge("fingerprint.db.load_time_ms", () => loadTime.TotalMilliseconds, "ms", "Time that loading the signature databases took.");
        _meter.CreateObservableGauge("fingerprint.match.rate", Rates, "1", "Rates of identification, by kind; those without a count yet are left out.");
        _meter.CreateObservableCounter("fingerprint.lookup.count", Lookups, "{lookup}", "DHCP lists looked up, and inferences, by result.");
    }

    /// <summary>Share of new DHCP lists that the databases know, 0 to 1; null before the first.</summary>
    public double? DhcpMatchRate => Rate(_dhcpMatched, _dhcpAsked);

    /// <summary>Share of inferences that named a type without the API, 0 to 1; null before the first.</summary>
    public double? OfflineResolutionRate => Rate(_resolved, _inferences);

    /// <summary>Asks how many servers were probed for their TLS answer, and how many gave one; null while nobody probes.</summary>
    public Func<(long Contacts, long Answers)>? Probes { get; set; }

    /// <summary>Asks for the share of questions that the cache of the API answered; null while the API is off.</summary>
    public Func<double>? CacheHits { get; set; }

    /// <summary>Share of probes that were answered, 0 to 1; null before the first.</summary>
    public double? TlsProbeSuccessRate => Probes?.Invoke() is (var contacts, var answers) ? Rate(answers, contacts) : null;

    /// <summary>Share of questions that the cache of the API answered, 0 to 1; null while the API is off.</summary>
    public double? CacheHitRate => CacheHits?.Invoke();

    /// <summary>Mean time of an inference; null before the first.</summary>
    public TimeSpan? AverageInferenceTime =>
        Interlocked.Read(ref _inferences) is > 0 and var count ? TimeSpan.FromTicks(Interlocked.Read(ref _inferenceTicks) / count) : null;

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    internal void DhcpLookedUp(bool isKnown)
    {
        Interlocked.Increment(ref _dhcpAsked);
        if (isKnown) Interlocked.Increment(ref _dhcpMatched);
    }

    internal void Inferred(TimeSpan duration, bool hasType)
    {
        Interlocked.Increment(ref _inferences);
        Interlocked.Add(ref _inferenceTicks, duration.Ticks);
        if (hasType) Interlocked.Increment(ref _resolved);
        _latency.Record(duration.TotalMilliseconds);
    }

    private IEnumerable<Measurement<long>> Lookups()
    {
        var (asked, matched) = (Interlocked.Read(ref _dhcpAsked), Interlocked.Read(ref _dhcpMatched));
        var (inferences, resolved) = (Interlocked.Read(ref _inferences), Interlocked.Read(ref _resolved));
        return
        [
            Measured(matched, "dhcp", "match"), Measured(asked - matched, "dhcp", "none"),
            Measured(resolved, "inference", "match"), Measured(inferences - resolved, "inference", "none"),
        ];
    }

    private IEnumerable<Measurement<double>> Rates()
    {
        foreach (var (kind, rate) in ((string, double?)[])
            [("dhcp", DhcpMatchRate), ("offline", OfflineResolutionRate), ("tls-probe", TlsProbeSuccessRate), ("cache", CacheHitRate)])
            if (rate is { } known) yield return new Measurement<double>(known, new KeyValuePair<string, object?>("kind", kind));
    }

    private static Measurement<long> Measured(long value, string source, string result) =>
        new(value, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("result", result));

    private static double? Rate(long part, long whole) => whole == 0 ? null : Math.Round((double)part / whole, 4);
}
