using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Tests.Capture.Live;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>Opens a source, with its first step, on a thread inside the namespace of a <see cref="VethPair"/>.</summary>
internal sealed class NamespacedSource(VethPair pair, ICaptureSource source) : ICaptureSource
{
    public string Name => source.Name;

    public bool IsLossless => source.IsLossless;

    public bool CanResume => source.CanResume;

    public IReadOnlyList<string> Warnings => source.Warnings;

    public CaptureCounters Counters => source.Counters;

    public async IAsyncEnumerable<FrameBlock> ReadAsync(
        SourcePosition? from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var blocks = source.ReadAsync(from, stop).GetAsyncEnumerator(stop);
        try
        {
            for (var more = pair.Inside(() => blocks.MoveNextAsync().AsTask()); await more; more = blocks.MoveNextAsync().AsTask())
                yield return blocks.Current;
        }
        finally
        {
            await blocks.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
