using System.Text;
using ActorFingerprint.Integration.Tests.Servers;
using Xunit;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

public sealed class DeadLettersSpecs(SharedRabbit rabbit)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_was_set_aside_is_listed_with_its_reason_and_stays()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        var publisher = node.NewPublisher();
        await (await publisher.PublishAsync(TestBatch.Unreadable(0, "r1", 7), Stop)).WaitAsync(Stop);
        var owner = new RecordingOwner { Keeps = true };
        node.NewConsumers(owner.Activated);
        var active = await owner.NextActivationAsync();
        var delivery = await owner.NextDeliveryAsync();
        await active.SetAsideAsync(delivery, "it is no batch");
        await active.LetGoAsync();
        await owner.NextActivationAsync(); // by the token: the batch itself is gone
        for (var look = 0; look < 2; look++)
        {
            var letter = Assert.Single(await node.DeadLetters.ListAsync(10, Stop));
            Assert.Equal(("device", 0, "r1", 7L, "it is no batch", "test"), (letter.Region, letter.Shard, letter.Run, letter.Number, letter.Reason, letter.By));
            Assert.Equal(TestBatch.Poison, Encoding.UTF8.GetString(letter.Message.Span));
            Assert.InRange(letter.At, DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow.AddSeconds(1));
            Assert.Equal(letter.Id, Assert.Single(await node.DeadLetters.FindAsync(letter.Id[..5], Stop)).Id);
        }
    }

    [Fact]
    public async Task A_retried_one_comes_to_its_shard_under_its_own_id_and_a_dropped_one_is_gone()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 2);
        for (var number = 1; number <= 4; number++)
        {
            var batch = TestBatch.Of(1, "r1", number);
            await node.DeadLetters.AddAsync(batch.Headers, batch.Message, $"reason {number}", Stop);
        }
        var letters = await node.DeadLetters.ListAsync(3, Stop);
        Assert.Equal([1, 2, 3], letters.Select(letter => letter.Number));
        Assert.True(await node.DeadLetters.RetryAsync(letters[1].Id, Stop));
        Assert.True(await node.DeadLetters.DropAsync(letters[0].Id, Stop));
        Assert.False(await node.DeadLetters.RetryAsync(letters[1].Id, Stop));
        Assert.False(await node.DeadLetters.DropAsync("nothing", Stop));
        Assert.Equal([3, 4], (await node.DeadLetters.ListAsync(10, Stop)).Select(letter => letter.Number));
        var owner = new RecordingOwner();
        node.NewConsumers(owner.Activated);
        var again = await owner.NextDeliveryAsync();
        Assert.Equal((2L, letters[1].Id, 1), (again.Number, again.Batch!.RetryId, again.Batch.Shard));
    }
}
