using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A capture source that says when it reaches a frame, and waits there until it may go on.</summary>
internal sealed class GatedCaptureSource(MemoryCaptureSource inner, long frame, TaskCompletionSource reached, Task goOn) : ICaptureSource
{
    public string Name => inner.Name;

    public bool IsLossless => inner.IsLossless;

    public bool CanResume => inner.CanResume;

    public IReadOnlyList<string> Warnings => inner.Warnings;

    public CaptureCounters Counters => inner.Counters;

    public async IAsyncEnumerable<FrameBlock> ReadAsync(SourcePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var block in inner.ReadAsync(from, stop))
        {
            if (block.FirstFrame >= frame && reached.TrySetResult()) await goOn;
            yield return block;
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
