using System.Diagnostics;
using System.Text;

namespace ActorFingerprint.Fuzz;

/// <summary>What a run of the fuzzer came to.</summary>
/// <param name="Cases">Cases run.</param>
/// <param name="Frames">Frames in them.</param>
/// <param name="Observations">Observations found in them.</param>
/// <param name="Faults">Faults counted in them.</param>
/// <param name="Elapsed">Wall time.</param>
/// <param name="SlowestFrame">Longest mean time of a frame in any case, least of three tries.</param>
/// <param name="MostAllocated">Most bytes that the frames of one case allocated, for each frame.</param>
/// <param name="PeakBytes">Peak of the process's memory.</param>
/// <param name="Findings">Cases that broke an invariant, told so that they can be made again.</param>
public sealed record FuzzReport(
    long Cases, long Frames, long Observations, long Faults, TimeSpan Elapsed, TimeSpan SlowestFrame, long MostAllocated, long PeakBytes,
    IReadOnlyList<string> Findings);

/// <summary>
/// Makes cases and checks what must hold for each: no exception, the same result twice (on a subject that has seen every other case, and
/// now and then on a fresh one), every frame counted once, nothing held ten minutes later, bounded time and memory.
/// </summary>
public sealed class FuzzRun(SeedCorpus seeds, int seed)
{
    private const int MaxFindings = 10;
    private const int FreshEvery = 512;
    private const int CheckEvery = 64;

    private static readonly TimeSpan MaxFrameTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Largest share of one frame in what a case allocates: a hello of 64 KiB with its lists and texts takes under 1 MiB.</summary>
    private const long MaxFrameBytes = 2 * 1024 * 1024;

    private readonly Mutator _mutator = new(seeds);
    private readonly List<string> _findings = [];
    private Subject _subject = new();
    private long _frames;
    private long _observations;
    private long _faults;
    private TimeSpan _slowest;
    private long _mostAllocated;

    /// <summary>Runs until the number of cases or the time is reached, or ten cases have broken an invariant.</summary>
    public FuzzReport Run(long cases, TimeSpan limit, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var number = 0L;
        for (; number < cases && _findings.Count < MaxFindings && !stop.IsCancellationRequested; number++)
        {
            if (number % CheckEvery == 0 && Stopwatch.GetElapsedTime(started) > limit) break;
            RunCase(number);
        }
        using var process = Process.GetCurrentProcess();
        return new FuzzReport(
            number, _frames, _observations, _faults, Stopwatch.GetElapsedTime(started), _slowest, _mostAllocated, process.PeakWorkingSet64, _findings);
    }

    /// <summary>The frames of one case.</summary>
    public List<FuzzFrame> Make(long number) => _mutator.Next(new Random(unchecked(seed * 1_000_003 + (int)number)));

    private void RunCase(long number)
    {
        var frames = Make(number);
        if (frames.Count == 0) return;
        _frames += frames.Count;
        try
        {
            var first = _subject.Run(frames);
            var second = _subject.Run(frames);
            _observations += first.Observations;
            _faults += first.Faults;
            if (first.Digest != second.Digest) Find(number, frames, "the same frames gave another result the second time");
            if (number % FreshEvery == 0 && new Subject().Run(frames).Digest != first.Digest)
                Find(number, frames, "a fresh subject gives another result: something of an earlier case was left behind");
            if (number % CheckEvery == 0 && _subject.Complaint() is { } complaint) Find(number, frames, complaint);
            Measure(number, frames, first, second);
        }
        catch (Exception error)
        {
            Find(number, frames, error.ToString());
            _subject = new Subject();
        }
    }

    private void Measure(long number, List<FuzzFrame> frames, Outcome first, Outcome second)
    {
        var allocated = Math.Min(first.Allocated, second.Allocated) / frames.Count;
        _mostAllocated = Math.Max(_mostAllocated, allocated);
        if (allocated > MaxFrameBytes) Find(number, frames, $"{allocated} bytes were allocated for each frame");
        var elapsed = TimeSpan.FromTicks(Math.Min(first.Elapsed.Ticks, second.Elapsed.Ticks)) / frames.Count;
        if (elapsed <= _slowest) return;
        if (elapsed > MaxFrameTime / 4) elapsed = TimeSpan.FromTicks(Math.Min(elapsed.Ticks, _subject.Run(frames).Elapsed.Ticks / frames.Count));
        _slowest = elapsed > _slowest ? elapsed : _slowest;
        if (elapsed > MaxFrameTime) Find(number, frames, $"{elapsed.TotalMilliseconds:F0} ms were spent on each frame");
    }

    private void Find(long number, List<FuzzFrame> frames, string what)
    {
        var text = new StringBuilder().Append("case ").Append(number).Append(" of seed ").Append(seed).Append(": ").AppendLine(what);
        foreach (var frame in frames)
            text.Append("  ").Append(frame.Link).Append(' ').Append(frame.WireLength).Append(" +").Append(frame.OffsetTicks).Append(' ')
                .AppendLine(Convert.ToHexStringLower(frame.Bytes));
        _findings.Add(text.ToString());
    }
}
