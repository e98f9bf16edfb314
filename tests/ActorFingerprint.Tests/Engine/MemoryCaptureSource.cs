using System.Runtime.CompilerServices;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A frame of a test capture.</summary>
internal sealed record MemoryFrame(long AtTicks, byte[] Bytes, LinkType LinkType = LinkType.Ethernet);

/// <summary>A capture source over frames in memory; small blocks, resumable at every block boundary.</summary>
internal sealed class MemoryCaptureSource(string name, IReadOnlyList<MemoryFrame> frames, int framesPerBlock = 16) : ICaptureSource
{
    /// <summary>Called before each block; a test throws or cancels here.</summary>
    public Action<long>? BeforeBlock { get; init; }

    public string Name => name;

    public bool IsLossless { get; init; } = true;

    public bool CanResume => true;

    public IReadOnlyList<string> Warnings => [];

    public CaptureCounters Counters => default;

    public async IAsyncEnumerable<FrameBlock> ReadAsync(SourcePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        var at = from is null ? 0 : int.Parse(from.Token, System.Globalization.CultureInfo.InvariantCulture);
        while (at < frames.Count)
        {
            stop.ThrowIfCancellationRequested();
            BeforeBlock?.Invoke(at + 1);
            var count = Math.Min(framesPerBlock, frames.Count - at);
            var block = new FrameBlock(frames.Skip(at).Take(count).Sum(f => f.Bytes.Length), count, at + 1);
            var offset = 0;
            foreach (var frame in frames.Skip(at).Take(count))
            {
                frame.Bytes.CopyTo(block.Buffer, offset);
                block.Add(new FrameRecord(offset, frame.Bytes.Length, frame.Bytes.Length, frame.LinkType, frame.AtTicks));
                offset += frame.Bytes.Length;
            }
            at += count;
            block.Next = new SourcePosition(at + 1, at.ToString(System.Globalization.CultureInfo.InvariantCulture));
            yield return block;
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
