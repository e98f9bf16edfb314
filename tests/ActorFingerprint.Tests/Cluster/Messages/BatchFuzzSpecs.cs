using System.Buffers.Binary;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Messages;

/// <summary>Whatever a message holds, the decoder answers: a batch or a reason, in bounds.</summary>
public sealed class BatchFuzzSpecs
{
    private const int Rounds = 8_000;

    [Fact]
    public void Changed_bytes_under_a_right_checksum_give_a_batch_or_a_reason_and_never_an_exception()
    {
        var random = new Random(20261122);
        var decoder = new BatchDecoder();
        byte[][] seeds = [.. Enumerable.Range(0, 8).Select(seed => BatchSamples.Encode(BatchSamples.OfAllTypes(seed * 13)))];
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var message = Change(seeds[random.Next(seeds.Length)], random);
            if (message.Length > 12) BatchHeader.Seal(message);
            if (decoder.TryDecode(message, out var batch, out var reason))
            {
                read++;
                Assert.True(batch.Batch.Envelopes.Count <= batch.Header.Envelopes);
                foreach (var envelope in batch.Batch.Envelopes) Assert.True(envelope.Observation is not null ^ envelope.Router is not null);
                if (round % 16 == 0) Assert.NotEmpty(Structure.Of(batch.Batch));
            }
            else
            {
                refused++;
                Assert.NotEmpty(reason);
            }
        }
        Assert.True(read > 100 && refused > 1000, $"{read} read, {refused} refused: the changes do not reach the decoder");
    }

    [Fact]
    public void What_can_be_read_can_be_written_again()
    {
        var random = new Random(7);
        var decoder = new BatchDecoder();
        var seed = BatchSamples.Encode(BatchSamples.OfAllTypes(99));
        for (var round = 0; round < Rounds / 10; round++)
        {
            var message = Change(seed, random);
            if (message.Length > 12) BatchHeader.Seal(message);
            if (!decoder.TryDecode(message, out var batch, out _)) continue;
            var again = new BatchEncoder().Encode(batch.Header.Region, batch.Header.ShardCount, batch.Batch);
            Assert.True(new BatchDecoder().TryDecode(again, out var second, out var reason), reason);
            Assert.Equal(batch.Batch.Envelopes.Count, second.Batch.Envelopes.Count);
        }
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        var message = BatchSamples.Encode(BatchSamples.OfAllTypes(3));
        var decoder = new BatchDecoder();
        for (var length = 0; length < message.Length; length += length < 200 ? 1 : 37)
        {
            var cut = message[..length];
            Assert.False(decoder.TryDecode(cut, out _, out _));
            if (length > 12) BatchHeader.Seal(cut);
            Assert.False(decoder.TryDecode(cut, out _, out var reason), $"cut at {length}");
            Assert.NotEmpty(reason);
        }
    }

    [Fact]
    public void One_changed_byte_anywhere_is_seen_by_the_checksum()
    {
        var message = BatchSamples.Encode(BatchSamples.OfAllTypes(3));
        for (var at = 0; at < message.Length; at += at < 64 ? 1 : 11)
        {
            message[at] ^= 0x10;
            Assert.False(BatchHeader.TryRead(message, out _, out _), $"byte {at}");
            message[at] ^= 0x10;
        }
        Assert.True(BatchHeader.TryRead(message, out _, out _));
    }

    [Fact]
    public void Counts_and_lengths_beyond_the_message_allocate_nothing_of_their_size()
    {
        var message = BatchSamples.Encode(new ShardBatch("run", 1, 0, []));
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(28), int.MaxValue);
        BatchHeader.Seal(message);
        var decoder = new BatchDecoder();
        decoder.TryDecode(message, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(decoder.TryDecode(message, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
    }

    private static byte[] Change(byte[] message, Random random)
    {
        byte[] bytes = [.. message];
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)0xFF; break;
                case 3: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]]; break;
                case 4: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
                default: bytes[at]++; break;
            }
        }
        return bytes;
    }
}
