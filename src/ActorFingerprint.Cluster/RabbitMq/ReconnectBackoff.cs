namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>Pauses that double from the least to the most, spread so that many nodes do not come back at the same moment.</summary>
internal sealed class ReconnectBackoff
{
    private readonly TimeSpan _least;
    private readonly TimeSpan _most;
    private TimeSpan _next;

    public ReconnectBackoff(TimeSpan least, TimeSpan most) => (_least, _most, _next) = (least, most, least);

    /// <summary>The next pause: from half to all of its nominal length.</summary>
    /// <param name="chance">0 to 1, evenly distributed.</param>
    public TimeSpan Next(double chance)
    {
        var nominal = _next;
        _next = TimeSpan.FromTicks(Math.Min(nominal.Ticks * 2, _most.Ticks));
        return nominal * (0.5 + chance / 2);
    }

    /// <summary>Starts from the least again.</summary>
    public void Reset() => _next = _least;
}
