using ActorFingerprint.Capture.Live;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

public sealed class BlockHandoffSpecs
{
    private static readonly byte[] Frame = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    [Fact]
    public async Task A_published_block_is_taken_before_it_is_full()
    {
        using var handoff = new BlockHandoff(maxWaiting: 2, blockLength: 100, maxFrames: 5);
        var waiting = handoff.TakeAsync().AsTask();
        Assert.True(handoff.TryAdd(Frame, 60, LinkType.Raw, 42));
        Assert.False(waiting.IsCompleted);
        handoff.Publish();
        using var block = await waiting;
        Assert.Equal(1, block!.FirstFrame);
        Assert.Equal(new(0, 10, 60, LinkType.Raw, 42), Assert.Single(block.Frames.ToArray()));
        Assert.Equal(Frame, block.Buffer.AsSpan(0, 10));
    }

    [Fact]
    public async Task Frames_of_several_rounds_gather_in_one_block_while_nobody_takes_it()
    {
        using var handoff = new BlockHandoff(2, 100, 5);
        for (var i = 0; i < 3; i++)
        {
            handoff.TryAdd(Frame, 10, LinkType.Raw, i);
            handoff.Publish();
        }
        using var block = await handoff.TakeAsync();
        Assert.Equal([0, 10, 20], block!.Frames.ToArray().Select(f => f.Offset));
    }

    [Theory]
    [InlineData(25, 5, 2)]
    [InlineData(1_000, 3, 3)]
    public async Task Beyond_the_limit_of_waiting_blocks_frames_are_dropped_and_counted(int length, int frames, int perBlock)
    {
        using var handoff = new BlockHandoff(maxWaiting: 2, length, frames);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i < 3 * perBlock, handoff.TryAdd(Frame, 10, LinkType.Raw, i)); // two wait, one is open
            handoff.Publish();
        }
        Assert.Equal(20 - 3 * perBlock, handoff.Dropped);
        Assert.Equal(3 * perBlock, handoff.Frames);
        Assert.Equal(30 * perBlock, handoff.Bytes);
        var first = await handoff.TakeAsync();
        first!.Dispose();
        Assert.True(handoff.TryAdd(Frame, 10, LinkType.Raw, 99));
        handoff.Complete(null);
        List<long> ticks = [];
        while (await handoff.TakeAsync() is { } block)
        {
            Assert.Equal(perBlock + ticks.Count + 1, block.FirstFrame);
            foreach (var frame in block.Frames) ticks.Add(frame.AtTicks);
            block.Dispose();
        }
        Assert.Equal([.. Enumerable.Range(perBlock, 2 * perBlock).Select(i => (long)i), 99], ticks);
    }

    [Fact]
    public async Task An_error_comes_after_the_frames_before_it()
    {
        using var handoff = new BlockHandoff(2, 100, 5);
        handoff.TryAdd(Frame, 10, LinkType.Raw, 1);
        handoff.Complete(new IOException("gone"));
        using (var block = await handoff.TakeAsync()) Assert.Equal(1, block!.Count);
        await Assert.ThrowsAsync<IOException>(async () => await handoff.TakeAsync());
    }

    [Fact]
    public async Task Every_frame_arrives_once_and_in_order_through_a_busy_handoff()
    {
        const int Total = 200_000;
        using var handoff = new BlockHandoff(4, 4_000, 64);
        var taken = 0L;
        var last = -1L;
        var thread = new Thread(() =>
        {
            for (var i = 0; i < Total; i++)
            {
                handoff.TryAdd(Frame, 10, LinkType.Raw, i);
                if (i % 7 == 0) handoff.Publish();
            }
            handoff.Complete(null);
        });
        thread.Start();
        while (await handoff.TakeAsync() is { } block)
        {
            Assert.Equal(taken + 1, block.FirstFrame);
            foreach (var frame in block.Frames)
            {
                Assert.True(frame.AtTicks > last);
                last = frame.AtTicks;
                taken++;
            }
            block.Dispose();
        }
        thread.Join();
        Assert.Equal(Total, taken + handoff.Dropped);
        Assert.Equal(handoff.Frames, taken);
    }
}
