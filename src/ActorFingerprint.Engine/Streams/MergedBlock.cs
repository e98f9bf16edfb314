using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Engine.Streams;

/// <summary>A block after parsing: its observations by (frame, index), and what a resume needs to know about it.</summary>
public sealed record MergedBlock
{
    /// <summary>
    /// Observations sorted by (frame, index); index counts from 0 within a frame. Without those of its first frames that were handed over
    /// before (<see cref="IMergedBlockConsumer.TakeAsync"/>). The list may be used anew once the consumer has returned.
    /// </summary>
    public required IReadOnlyList<Observation> Observations { get; init; }

    /// <summary>1-based number of the first frame of the block.</summary>
    public required long FirstFrame { get; init; }

    /// <summary>1-based number of the last frame of the block.</summary>
    public required long LastFrame { get; init; }

    /// <summary>Highest frame time before the block, UTC ticks.</summary>
    public required long StartTicks { get; init; }

    /// <summary>Highest frame time so far, UTC ticks.</summary>
    public required long StreamTicks { get; init; }

    /// <summary>First frame of the oldest flow or fragment set still open after the block; <see cref="long.MaxValue"/> when none is.</summary>
    public required long OldestOpenFrame { get; init; }

    /// <summary>The next block may be long in coming: the observations are not held back for it beyond <see cref="FlushPace"/>.</summary>
    public bool IsLastForNow { get; init; }

    /// <summary>Where the source can start again with the frame after this block, or null.</summary>
    public SourcePosition? Next { get; init; }
}

/// <summary>Takes merged blocks in order; waiting here is the backpressure that reaches the source.</summary>
public interface IMergedBlockConsumer
{
    /// <summary>
    /// Takes observations of the next frames, in order; the block that holds these frames ends later. The list may be used anew once this
    /// has returned.
    /// </summary>
    ValueTask TakeAsync(IReadOnlyList<Observation> observations, CancellationToken stop);

    /// <summary>Takes one block, or what was not taken of it yet.</summary>
    ValueTask ConsumeAsync(MergedBlock block, CancellationToken stop);

    /// <summary>Holds nothing of the blocks so far back; called now and then while a source is slow.</summary>
    ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

    /// <summary>The source has ended; nothing follows.</summary>
    ValueTask CompleteAsync(CancellationToken stop);
}
