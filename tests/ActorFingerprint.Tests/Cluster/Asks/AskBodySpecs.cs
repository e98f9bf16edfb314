using System.IO.Pipelines;
using ActorFingerprint.Cluster.Asks;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Asks;

public sealed class AskBodySpecs
{
    private const int Megabyte = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_length_that_is_only_said_takes_no_memory()
    {
        var (memory, pipe) = (new AskMemory(16 * Megabyte), new Pipe());
        using var body = new AskBody(memory);
        var reading = body.TryReadAsync(pipe.Reader.AsStream(), 4 * Megabyte, Stop).AsTask();
        await pipe.Writer.WriteAsync(new byte[1], Stop);
        Assert.InRange(memory.Held, 0, 4096);
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<EndOfStreamException>(() => reading);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(3_000_001)]
    public async Task All_bytes_arrive_in_order_and_their_memory_goes_back(int length)
    {
        var memory = new AskMemory(16 * Megabyte);
        var sent = new byte[length];
        new Random(1).NextBytes(sent);
        using (var body = new AskBody(memory))
        {
            Assert.True(await body.TryReadAsync(new MemoryStream([.. sent, 7]), length, Stop));
            Assert.True(body.Bytes.SequenceEqual(sent));
            Assert.InRange(memory.Held, length, 4 * Megabyte);
        }
        Assert.Equal(0, memory.Held);
    }

    [Fact]
    public async Task Of_all_bodies_together_no_more_is_held_than_the_bound()
    {
        var memory = new AskMemory(4 * Megabyte);
        using (var one = new AskBody(memory))
        {
            Assert.True(await one.TryReadAsync(new MemoryStream(new byte[2 * Megabyte]), 2 * Megabyte, Stop));
            using var other = new AskBody(memory);
            Assert.False(await other.TryReadAsync(new MemoryStream(new byte[2 * Megabyte]), 2 * Megabyte, Stop));
            Assert.InRange(memory.Held, 2 * Megabyte, 4 * Megabyte);
        }
        Assert.Equal(0, memory.Held);
        using var later = new AskBody(memory);
        Assert.True(await later.TryReadAsync(new MemoryStream(new byte[2 * Megabyte]), 2 * Megabyte, Stop));
    }
}
