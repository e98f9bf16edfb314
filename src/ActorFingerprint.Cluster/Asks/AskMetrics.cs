using System.Diagnostics.Metrics;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>The instruments of the asks of one node, of the meter <c>ActorFingerprint.Asks</c>. Tags name regions and outcomes.</summary>
public sealed class AskMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorFingerprint.Asks";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _sent, _answered;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public AskMetrics()
    {
        _sent = _meter.CreateCounter<long>("af.asks.sent", "{ask}", "Asks to other nodes by region and outcome.");
        _answered = _meter.CreateCounter<long>("af.asks.answered", "{ask}", "Asks of other nodes by region and status.");
        _duration = _meter.CreateHistogram<double>("af.asks.duration", "s", "Time from ask to answer, waiting for an owner included.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Sent(string region, string outcome, TimeSpan took)
    {
        _sent.Add(1, new("region", region), new("outcome", outcome));
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("region", region));
    }

    internal void Answered(string region, int status) => _answered.Add(1, new("region", region), new("status", status));
}
