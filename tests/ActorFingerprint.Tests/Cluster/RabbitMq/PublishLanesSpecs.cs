using ActorFingerprint.Cluster.RabbitMq;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.RabbitMq;

public sealed class PublishLanesSpecs
{
    private const long Second = TimeSpan.TicksPerSecond;
    private readonly PublishLanes _lanes = new(shards: 2, window: 6, laneWindow: 4, () => new ReconnectBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)));
    private int _channel;
    private long _now;

    public PublishLanesSpecs() => _channel = _lanes.BeginChannel();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_of_a_shard_go_in_order_and_shards_take_turns()
    {
        await AddAsync(0, 1, 2);
        await AddAsync(1, 1, 2);
        Assert.Equal([(0, 1), (1, 1), (0, 2), (1, 2)], TakeAll());
    }

    [Fact]
    public async Task A_word_may_stand_for_many_and_each_batch_is_confirmed_once()
    {
        var confirmed = await AddAsync(0, 1, 2, 3, 4);
        TakeAll();
        Settle(3, isMultiple: true);
        Assert.Equal([true, true, true, false], confirmed.Select(task => task.IsCompletedSuccessfully));
        Settle(3, isMultiple: true);
        Settle(4, isMultiple: false);
        Assert.All(confirmed, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(0, _lanes.Count);
    }

    [Fact]
    public async Task There_is_room_for_so_many_of_a_shard_and_so_many_of_all()
    {
        var confirmed = await AddAsync(0, 1, 2, 3, 4);
        var fifth = _lanes.AddAsync(Batch(0, 5), Stop).AsTask();
        await AddAsync(1, 1, 2);
        var third = _lanes.AddAsync(Batch(1, 3), Stop).AsTask();
        Assert.False(fifth.IsCompleted || third.IsCompleted);
        TakeAll();
        Settle(1, isMultiple: false);
        await Task.WhenAny(fifth, third);
        Assert.True(confirmed[0].IsCompletedSuccessfully);
        Assert.Equal(6, _lanes.Count);
    }

    [Fact]
    public async Task A_wait_for_room_that_is_given_up_takes_no_room()
    {
        await AddAsync(0, 1, 2, 3, 4);
        await AddAsync(1, 1, 2);
        using var giveUp = new CancellationTokenSource();
        var waiting = _lanes.AddAsync(Batch(1, 3), giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        TakeAll();
        Settle(6, isMultiple: true);
        await AddAsync(1, 3, 4, 5, 6);
        Assert.Equal([(1, 3), (1, 4), (1, 5), (1, 6)], TakeAll());
    }

    [Fact]
    public async Task After_a_refusal_the_shard_waits_pauses_and_goes_on_with_the_refused_one_by_one()
    {
        var confirmed = await AddAsync(0, 1, 2, 3, 4);
        await AddAsync(1, 1);
        Assert.Equal([(0, 1), (1, 1), (0, 2), (0, 3)], TakeAll(4)); // 0/4 is not sent yet
        Assert.Equal(0, Settle(3, isMultiple: false, isRefused: true).Refused?.Shard); // 0/2
        Assert.Empty(TakeAll());
        Settle(1, isMultiple: false); // 0/1
        Assert.Empty(TakeAll());
        Settle(4, isMultiple: false); // 0/3 got ahead
        Settle(2, isMultiple: false);
        Assert.Empty(TakeAll());
        _now = Second;
        Assert.Equal([(0, 2)], TakeAll());
        Settle(5, isMultiple: false, isRefused: true);
        _now = 2 * Second;
        Assert.Empty(TakeAll()); // the pause has doubled
        _now = 3 * Second;
        Assert.Equal([(0, 2)], TakeAll());
        Assert.True(Settle(6, isMultiple: false).IsClear);
        Assert.Equal([(0, 4)], TakeAll());
        Assert.Equal([true, true, true, false], confirmed.Select(task => task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task What_came_back_is_not_confirmed_by_the_word_that_follows()
    {
        var confirmed = await AddAsync(0, 1);
        TakeAll();
        _lanes.Return(Batch(0, 1).Headers, "no queue");
        Assert.Equal("no queue", Settle(1, isMultiple: false).Refused?.Problem);
        Assert.False(confirmed[0].IsCompleted);
        _now = Second;
        Assert.Equal([(0, 1)], TakeAll());
        Settle(2, isMultiple: false);
        Assert.True(confirmed[0].IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_new_channel_sends_everything_unconfirmed_again_in_order_and_late_words_of_the_old_say_nothing()
    {
        var confirmed = await AddAsync(0, 1, 2, 3);
        TakeAll();
        Settle(2, isMultiple: false);
        var old = _channel;
        _channel = _lanes.BeginChannel();
        Assert.Equal([(0, 1), (0, 3)], TakeAll());
        Assert.Equal((null, false), _lanes.Settle(old, 3, true, false, 0, 1));
        Assert.Equal([false, true, false], confirmed.Select(task => task.IsCompletedSuccessfully));
        Settle(2, isMultiple: true);
        Assert.All(confirmed, task => Assert.True(task.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task The_age_is_that_of_the_oldest_unconfirmed()
    {
        await AddAsync(0, 1, 2);
        TakeAll(1);
        _now = 5 * Second;
        TakeAll(1);
        _now = 7 * Second;
        Assert.Equal(TimeSpan.FromSeconds(7), _lanes.OldestAge(_now));
        Settle(1, isMultiple: false);
        Assert.Equal(TimeSpan.FromSeconds(2), _lanes.OldestAge(_now));
        Settle(2, isMultiple: false);
        Assert.Equal(TimeSpan.Zero, _lanes.OldestAge(_now));
    }

    [Fact]
    public async Task Giving_up_cancels_what_waits_and_what_is_under_way()
    {
        var confirmed = await AddAsync(0, 1, 2);
        TakeAll(1);
        _lanes.Cancel();
        Assert.All(confirmed, task => Assert.True(task.IsCanceled));
    }

    private static OutgoingBatch Batch(int shard, long number) => new(new BatchHeaders("device", shard, "r1", number), default);

    private async Task<List<Task>> AddAsync(int shard, params long[] numbers)
    {
        var confirmed = new List<Task>();
        foreach (var number in numbers) confirmed.Add(await _lanes.AddAsync(Batch(shard, number), Stop));
        return confirmed;
    }

    private List<(int Shard, int Number)> TakeAll(int atMost = int.MaxValue)
    {
        var taken = new List<(int, int)>();
        while (taken.Count < atMost && _lanes.TryTake(_now, out var batch, out _)) taken.Add((batch.Headers.Shard, (int)batch.Headers.Number));
        return taken;
    }

    private (RefusedBatch? Refused, bool IsClear) Settle(ulong tag, bool isMultiple, bool isRefused = false) =>
        _lanes.Settle(_channel, tag, isMultiple, isRefused, _now, chance: 1);
}
