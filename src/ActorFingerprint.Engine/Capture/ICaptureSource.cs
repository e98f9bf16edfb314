using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Engine.Capture;

/// <summary>Yields blocks of frames: files, standard input, live interfaces. One reader at a time.</summary>
public interface ICaptureSource : IAsyncDisposable
{
    /// <summary>Stable name of the source, part of the run: a file name, or <c>live:eth0</c>.</summary>
    string Name { get; }

    /// <summary>True when the source waits for the engine (files); false when it must drop instead (live).</summary>
    bool IsLossless { get; }

    /// <summary>True when <see cref="ReadAsync"/> accepts a position.</summary>
    bool CanResume { get; }

    /// <summary>
    /// What a reading from the start begins with now, where that may be gone at the next start: the oldest file of a followed folder. Null
    /// when it stays what it is, or nothing is there yet.
    /// </summary>
    string? Beginning => null;

    /// <summary>
    /// False when what was read before is gone, so that a resumed reading would give other frames the numbers of frames that were taken.
    /// </summary>
    /// <param name="from">Where it would resume; null for the start.</param>
    /// <param name="beginning"><see cref="Beginning"/> when the run started.</param>
    bool Holds(SourcePosition? from, string? beginning) => true;

    /// <summary>
    /// Reads blocks until the end of the source or cancellation. A truncated end is not an error: the whole frames come, then
    /// <see cref="Warnings"/> says so. Throws <see cref="CaptureException"/> when the source cannot be opened or read at all.
    /// </summary>
    IAsyncEnumerable<FrameBlock> ReadAsync(SourcePosition? from, CancellationToken stop);

    /// <summary>One line each: what was odd about the source and where.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>Counters so far; read at any time from any thread.</summary>
    CaptureCounters Counters { get; }
}

/// <summary>What a source read and lost.</summary>
/// <param name="Frames">Frames handed on.</param>
/// <param name="Bytes">Captured bytes of them.</param>
/// <param name="DroppedByKernel">Live: the kernel's buffer was full.</param>
/// <param name="DroppedByInterface">Live: the driver or card dropped.</param>
/// <param name="DroppedByEngine">Live: the engine's queue was full.</param>
/// <param name="TotalBytes">Size of the whole source when known (files), for progress; else 0.</param>
public readonly record struct CaptureCounters(
    long Frames, long Bytes, long DroppedByKernel, long DroppedByInterface, long DroppedByEngine, long TotalBytes)
{
    /// <summary>Bytes taken from the medium so far, headers included (of a packed file the packed ones): of <see cref="TotalBytes"/>.</summary>
    public long SourceBytes { get; init; }

    /// <summary>Live: packets that a stage wants, left out by the engine above the rate of sampling.</summary>
    public long SampledOut { get; init; }
}

/// <summary>Yields observations that were not made from frames here: Kismet, lease files, tests. Ends at the same mailboxes.</summary>
public interface IObservationSource : IAsyncDisposable
{
    /// <summary>Stable name of the source, part of the run.</summary>
    string Name { get; }

    /// <summary>
    /// True when a restart goes on where the last run stopped; false for what shows a state rather than a history (lease files): each
    /// start is a run of its own, like that of a live interface.
    /// </summary>
    bool CanResume => true;

    /// <summary>
    /// Reads on after <paramref name="afterFrame"/>, 0 for all, until the end of the source or cancellation. Every observation has an
    /// <see cref="Observation.Frame"/> of its own, at least 1 and greater than the one before it, and when <see cref="CanResume"/> the same
    /// at each reading: a resume goes by it. Throws <see cref="CaptureException"/> when the source cannot be opened or read.
    /// </summary>
    IAsyncEnumerable<Observation> ReadAsync(long afterFrame, CancellationToken stop);
}

/// <summary>A source that cannot be read: one line for the operator with what, where and what to do.</summary>
public sealed class CaptureException : Exception
{
    /// <summary>Makes the error. <paramref name="code"/> is <c>CAPTURE_UNAVAILABLE</c>, <c>CAPTURE_PERMISSION_DENIED</c> or <c>DRAINING</c>.</summary>
    public CaptureException(string code, string message, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary><c>CAPTURE_UNAVAILABLE</c>, <c>CAPTURE_PERMISSION_DENIED</c> (design §8), or <c>DRAINING</c> while the node is drained.</summary>
    public string Code { get; }
}
