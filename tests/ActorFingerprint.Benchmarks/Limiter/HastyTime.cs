namespace ActorFingerprint.Benchmarks.Limiter;

/// <summary>A clock that runs ahead by as many seconds as it is told; timestamps and timers stay real.</summary>
internal sealed class HastyTime : TimeProvider
{
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private long _seconds;

    /// <summary>Jumps.</summary>
    public void Advance(int seconds) => Interlocked.Add(ref _seconds, seconds);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddSeconds(Volatile.Read(ref _seconds));
}
