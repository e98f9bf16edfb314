using ActorFingerprint.Cluster.RabbitMq;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.RabbitMq;

public sealed class TokenKeeperSpecs
{
    private const long Second = TimeSpan.TicksPerSecond;
    private readonly TokenKeeper _tokens = new();

    [Fact]
    public void A_queue_that_nobody_owns_gets_a_token_after_two_seconds_and_ever_more_rarely()
    {
        Assert.Equal([2, 4, 8, 16, 32, 64, 124, 184], Asked(isActive: false, isOwned: false, until: 200));
    }

    [Fact]
    public void A_queue_with_an_owner_gets_none_and_patience_begins_anew_when_the_owner_goes()
    {
        Assert.Empty(Asked(isActive: false, isOwned: true, until: 100));
        Assert.False(_tokens.NeedsToken(false, false, 101 * Second));
        Assert.False(_tokens.NeedsToken(false, true, 102 * Second));
        Assert.False(_tokens.NeedsToken(false, false, 103 * Second));
        Assert.False(_tokens.NeedsToken(false, false, 104 * Second));
        Assert.True(_tokens.NeedsToken(false, false, 105 * Second));
    }

    [Fact]
    public void An_active_consumer_that_got_batches_and_no_token_makes_one() =>
        Assert.Equal([2, 4, 8], Asked(isActive: true, isOwned: true, until: 10));

    [Fact]
    public void A_held_token_is_renewed_by_age_and_the_new_one_releases_the_old()
    {
        Assert.Null(_tokens.Hold(1, 0));
        Assert.Equal([600, 602, 606], Asked(isActive: true, isOwned: true, until: 610));
        Assert.Equal(1UL, _tokens.Hold(9, 611 * Second));
        Assert.False(_tokens.NeedsToken(true, true, 1200 * Second));
        Assert.True(_tokens.NeedsToken(true, true, 1211 * Second));
    }

    [Fact]
    public void A_held_token_is_renewed_by_bytes_at_once()
    {
        _tokens.Hold(1, 0);
        _tokens.Delivered((int)TokenKeeper.RenewalBytes - 1);
        Assert.False(_tokens.NeedsToken(true, true, Second));
        _tokens.Delivered(1);
        Assert.True(_tokens.NeedsToken(true, true, Second));
        Assert.Equal(1UL, _tokens.Hold(2, 2 * Second));
        Assert.False(_tokens.NeedsToken(true, true, 3 * Second));
    }

    private List<int> Asked(bool isActive, bool isOwned, int until) =>
        [.. Enumerable.Range(0, until).Where(second => _tokens.NeedsToken(isActive, isOwned, second * Second))];
}
