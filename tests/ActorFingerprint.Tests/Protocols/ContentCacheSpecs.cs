using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Protocols;

public sealed class ContentCacheSpecs
{
    private const int Slots = 8;

    [Fact]
    public void A_content_is_kept_that_was_offered_twice_in_a_row()
    {
        var cache = new ContentCache<string>(Slots);
        Assert.Null(cache.Find(1, [1]));
        cache.Offer(1, [1], "a");
        Assert.Null(cache.Find(1, [1]));
        cache.Offer(1, [1], "b");
        Assert.Equal("b", cache.Find(1, [1]));
        cache.Offer(1 + Slots, [2], "c");
        cache.Offer(1 + 2 * Slots, [3], "d");
        cache.Offer(1 + Slots, [2], "c");
        Assert.Null(cache.Find(1 + Slots, [2]));
        Assert.Equal("b", cache.Find(1, [1]));
    }

    [Fact]
    public void Other_bytes_with_the_same_hash_are_another_content()
    {
        var cache = new ContentCache<string>(Slots);
        Keep(cache, 1, [1, 2], "a");
        Assert.Null(cache.Find(1, [1, 3]));
        Assert.Null(cache.Find(1, [1]));
        Assert.Equal("a", cache.Find(1, [1, 2]));
    }

    [Fact]
    public void Of_two_contents_in_a_set_the_one_that_was_used_longer_ago_gives_way()
    {
        var cache = new ContentCache<string>(Slots);
        Keep(cache, 1, [1], "a");
        Keep(cache, 1 + Slots, [2], "b");
        Assert.Equal("a", cache.Find(1, [1]));
        Keep(cache, 1 + 2 * Slots, [3], "c");
        Assert.Equal("a", cache.Find(1, [1]));
        Assert.Null(cache.Find(1 + Slots, [2]));
        Assert.Equal("c", cache.Find(1 + 2 * Slots, [3]));
    }

    [Fact]
    public void It_holds_no_long_content_and_never_more_bytes_than_it_may()
    {
        const int Bound = 1000;
        var cache = new ContentCache<string>(64, Bound);
        Keep(cache, 1, new byte[ContentCache<string>.MaxContent + 1], "long");
        Assert.Null(cache.Find(1, new byte[ContentCache<string>.MaxContent + 1]));
        var random = new Random(3);
        List<(ulong Hash, byte[] Content)> offered = [];
        for (var i = 0; i < 300; i++)
        {
            var content = new byte[random.Next(1, 400)];
            random.NextBytes(content);
            offered.Add(((ulong)random.NextInt64(), content));
            Keep(cache, offered[^1].Hash, content, "x");
            Assert.NotNull(cache.Find(offered[^1].Hash, content));
            Assert.InRange(offered.Where(o => cache.Find(o.Hash, o.Content) is not null).Sum(o => o.Content.Length), content.Length, Bound);
        }
    }

    private static void Keep(ContentCache<string> cache, ulong hash, byte[] content, string value)
    {
        for (var i = 0; i < 2; i++) cache.Offer(hash, content, value);
    }
}
