using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Live;

/// <summary>
/// A live interface through libpcap. It never waits for the engine: what neither fits into the kernel's ring nor into the
/// waiting blocks is dropped and counted. Reading ends, after the kernel's rest was drained, when it is cancelled.
/// </summary>
public sealed class LiveCaptureSource : ICaptureSource
{
    private readonly LiveCaptureOptions _options;
    private readonly TimeProvider _time;
    private readonly CaptureLifecycle _lifecycle;
    private readonly CaptureWarnings _warnings = new();
    private volatile LiveCapture? _capture;

    /// <summary>Makes the source; nothing is opened until it is read.</summary>
    public LiveCaptureSource(LiveCaptureOptions options, TimeProvider time, Action<CaptureTransition>? onTransition = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SnapLength, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.SnapLength, 262_144);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchMilliseconds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWaitingBlocks, 1);
        (_options, _time) = (options, time);
        _lifecycle = new CaptureLifecycle(Name, time, onTransition);
    }

    /// <inheritdoc/>
    public string Name => $"live:{_options.Interface}";

    /// <inheritdoc/>
    public bool IsLossless => false;

    /// <inheritdoc/>
    public bool CanResume => false;

    /// <summary>Where the source stands.</summary>
    public CaptureState State => _lifecycle.State;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => _warnings.Lines;

    /// <summary>Counters of the running capture, or of the last one.</summary>
    public CaptureCounters Counters => _capture?.Counters ?? default;

    /// <summary>
    /// Captures until <paramref name="stop"/>; then drains and ends without an exception. May be called again afterwards.
    /// Throws <see cref="CaptureException"/> when the interface cannot be opened or goes away.
    /// </summary>
    public async IAsyncEnumerable<FrameBlock> ReadAsync(SourcePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        if (from is not null) throw CaptureErrors.Unavailable($"{Name}: a live capture cannot resume");
        if (!_lifecycle.TryEnter(CaptureState.Starting)) throw new InvalidOperationException($"{Name} has a reader already");
        var capture = Start();
        string? failure = null;
        try
        {
            await using var stopping = stop.Register(RequestStop);
            while (true)
            {
                FrameBlock? block;
                try
                {
                    block = await capture.TakeAsync();
                }
                catch (Exception error)
                {
                    failure = error.Message;
                    throw;
                }
                if (block is null) break;
                yield return block;
            }
        }
        finally
        {
            RequestStop();
            capture.Dispose();
            _lifecycle.TryEnter(failure is null ? CaptureState.Disabled : CaptureState.Failed, failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        RequestStop();
        return ValueTask.CompletedTask;
    }

    private LiveCapture Start()
    {
        try
        {
            var capture = LiveCapture.Start(_options, _time, out var warning);
            if (warning is not null) _warnings.Add(warning);
            _capture = capture;
            _lifecycle.TryEnter(CaptureState.Running);
            return capture;
        }
        catch (Exception error)
        {
            _lifecycle.TryEnter(CaptureState.Failed, error.Message);
            throw;
        }
    }

    private void RequestStop()
    {
        if (_lifecycle.TryEnter(CaptureState.Stopping)) _capture?.RequestStop();
    }
}
