namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// Time as the frames of a stream show it, UTC ticks. Frames out of order within a minute do not turn it back; frames further behind do, or
/// one frame from the future, a clock that was set back, or captures read in another order than they were made would age all state at
/// the end of every block.
/// </summary>
internal struct StreamTime
{
    /// <summary>Begins at a time that was reached before, or 0.</summary>
    public StreamTime(long ticks) => (Highest, Current) = (ticks, ticks);

    /// <summary>Highest frame time so far: never falls.</summary>
    public long Highest { get; private set; }

    /// <summary>The time by which state ages.</summary>
    public long Current { get; private set; }

    /// <summary>Takes the time of the next frame.</summary>
    public void See(long atTicks)
    {
        if ((ulong)(Current - atTicks) <= TimeSpan.TicksPerMinute) return;
        Current = atTicks;
        if (atTicks > Highest) Highest = atTicks;
    }
}
