using System.Net;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Asks;

/// <summary>Client and listener over real connections.</summary>
public sealed class ShardAskSpecs
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_gets_the_ask_and_its_answer_comes_back()
    {
        var handler = ScriptedHandler.Echo();
        await using var node = await AskNode.StartAsync(handler);
        await using var client = Client(To(node));
        Assert.Equal([7, 6, 1, 2, 3], (await client.AskAsync("test", 7, "decide", Bytes(1, 2, 3), Stop)).ToArray());
        Assert.Equal([7, 3], (await client.AskAsync("test", 7, "get", default, Stop)).ToArray());
        var large = new byte[3 * 1024 * 1024];
        Assert.Equal(large.Length + 2, (await client.AskAsync("test", 7, "get", large, Stop)).Length);
    }

    [Fact]
    public async Task Many_asks_share_connections_and_none_is_mixed_up()
    {
        await using var node = await AskNode.StartAsync(ScriptedHandler.Echo());
        await using var client = Client(To(node));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
                Assert.Equal([7, 6, (byte)n, (byte)i], (await client.AskAsync("test", 7, "decide", Bytes((byte)n, (byte)i), Stop)).ToArray());
        }, Stop)));
    }

    [Fact]
    public async Task An_ask_follows_a_shard_that_moves_and_is_carried_out_once()
    {
        var (older, newer) = (new ScriptedHandler((shard, _, _, _) => throw new ShardMovedException("test", shard)), ScriptedHandler.Echo());
        await using var first = await AskNode.StartAsync(older);
        await using var second = await AskNode.StartAsync(newer, epochOf: (_, _) => 2);
        var directory = new ShardDirectory();
        directory.Announce("test", 7, new(first.Address, 1));
        await using var client = Client(directory);
        var asked = client.AskAsync("test", 7, "decide", Bytes(1), Stop);
        while (older.Asked == 0) await Task.Delay(5, Stop);
        directory.Announce("test", 7, new(second.Address, 2));
        Assert.Equal([7, 6, 1], (await asked).ToArray());
        Assert.Equal(1, newer.Asked);
    }

    [Fact]
    public async Task Who_knows_a_later_epoch_is_not_answered_by_an_earlier_owner()
    {
        var handler = ScriptedHandler.Echo();
        await using var node = await AskNode.StartAsync(handler, epochOf: (_, shard) => shard == 7 ? 4 : 0);
        var directory = new ShardDirectory();
        directory.Announce("test", 7, new(node.Address, 5));
        directory.Announce("test", 8, new(node.Address, 1));
        await using var client = Client(directory, AskNode.Options with { Deadline = TimeSpan.FromMilliseconds(300) });
        await Assert.ThrowsAsync<ShardUnreachableException>(() => client.AskAsync("test", 7, "decide", Bytes(1), Stop));
        var error = await Assert.ThrowsAsync<ShardUnreachableException>(() => client.AskAsync("test", 8, "decide", Bytes(1), Stop));
        Assert.Contains("does not own it", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, handler.Asked);
    }

    [Fact]
    public async Task Without_an_owner_or_a_connection_an_ask_waits_for_one_until_its_time_is_over()
    {
        var directory = new ShardDirectory();
        await using var client = Client(directory, AskNode.Options with { Deadline = TimeSpan.FromSeconds(10) });
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        soon.CancelAfter(200);
        await Assert.ThrowsAsync<ShardUnreachableException>(() => client.AskAsync("test", 7, "decide", Bytes(1), soon.Token));
        var asked = client.AskAsync("test", 7, "decide", Bytes(1), Stop);
        directory.Announce("test", 7, new(new Uri("http://127.0.0.1:1"), 1)); // nobody listens there
        await using var node = await AskNode.StartAsync(ScriptedHandler.Echo());
        directory.Announce("test", 7, new(node.Address, 1));
        Assert.Equal([7, 6, 1], (await asked).ToArray());
    }

    [Fact]
    public async Task An_ask_that_may_have_been_carried_out_is_never_sent_again()
    {
        foreach (var failure in (Exception[])[new InvalidOperationException("a fault"), new FormatException("no ask")])
        {
            var handler = new ScriptedHandler((_, _, _, _) => throw failure);
            await using var node = await AskNode.StartAsync(handler);
            await using var client = Client(To(node));
            var error = await Assert.ThrowsAsync<ShardUnreachableException>(() => client.AskAsync("test", 7, "decide", Bytes(1), Stop));
            Assert.Contains(failure is FormatException ? "400" : "500", error.Message, StringComparison.Ordinal);
            Assert.Equal(1, handler.Asked);
        }
        var slow = new ScriptedHandler(async (_, _, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop); // ends when the asker gives up
            return default;
        });
        await using var late = await AskNode.StartAsync(slow);
        await using var impatient = Client(To(late), AskNode.Options with { Deadline = TimeSpan.FromMilliseconds(300) });
        await Assert.ThrowsAsync<ShardUnreachableException>(() => impatient.AskAsync("test", 7, "decide", Bytes(1), Stop));
        Assert.Equal(1, slow.Asked);
    }

    [Fact]
    public async Task Only_who_knows_the_secret_is_answered_and_only_once()
    {
        var handler = ScriptedHandler.Echo();
        await using var node = await AskNode.StartAsync(handler);
        await using var stranger = Client(To(node), AskNode.Options with { Secret = new byte[32] });
        var error = await Assert.ThrowsAsync<ShardUnreachableException>(() => stranger.AskAsync("test", 7, "decide", Bytes(1), Stop));
        Assert.Contains("the same secret", error.Message, StringComparison.Ordinal);

        using var http = new HttpClient();
        var signature = new AskSignature(AskNode.Secret, TimeProvider.System);
        var signed = signature.Sign("/ask/test/7/decide", 1, Bytes(1).Span);
        Assert.Equal(HttpStatusCode.OK, await SendAsync("/ask/test/7/decide", signed, 1));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/ask/test/7/decide", signed, 1)); // again
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/ask/test/7/decide", null, 1));
        signed = signature.Sign("/ask/test/7/decide", 1, Bytes(1).Span);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/ask/test/8/decide", signed, 1)); // another shard
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("/ask/test/7/decide", signed, 2)); // another body
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync("/ask/test", signed, 1));
        Assert.Equal(1, handler.Asked);

        async Task<HttpStatusCode> SendAsync(string path, string? authorization, byte body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, path))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent([body]),
            };
            request.Headers.TryAddWithoutValidation("af-epoch", "1");
            if (authorization is not null) request.Headers.TryAddWithoutValidation("authorization", authorization);
            using var response = await http.SendAsync(request, Stop);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("AF1 nonsense")]
    [InlineData("AF1 0123456789abcdef0123456789abcdef 1 1000000000000 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Who_cannot_be_of_the_cluster_is_refused_before_the_body_comes(string authorization)
    {
        var handler = ScriptedHandler.Echo();
        await using var node = await AskNode.StartAsync(handler);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, "/ask/test/7/decide"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new WithheldContent(),
        };
        request.Headers.TryAddWithoutValidation("authorization", authorization);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_waited_for_as_long_as_an_ask_may_take()
    {
        await using var node = await AskNode.StartAsync(ScriptedHandler.Echo(), AskNode.Options with { Deadline = TimeSpan.FromMilliseconds(200) });
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, "/ask/test/7/decide"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new WithheldContent(),
        };
        request.Headers.TryAddWithoutValidation("authorization", new AskSignature(AskNode.Secret, TimeProvider.System).Sign("/ask/test/7/decide", 0, []));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Fact]
    public async Task More_than_may_be_under_way_is_refused_at_once()
    {
        var release = new TaskCompletionSource();
        var handler = new ScriptedHandler(async (_, _, _, _) =>
        {
            await release.Task;
            return Bytes(1);
        });
        await using var node = await AskNode.StartAsync(handler, AskNode.Options with { MaxInFlight = 1 });
        await using var bounded = Client(To(node), AskNode.Options with { MaxInFlight = 1 });
        await using var other = Client(To(node));
        var first = bounded.AskAsync("test", 7, "decide", Bytes(1), Stop);
        while (handler.Asked == 0) await Task.Delay(5, Stop);
        await Assert.ThrowsAsync<ShardUnreachableException>(() => bounded.AskAsync("test", 7, "decide", Bytes(1), Stop)); // not even sent
        var error = await Assert.ThrowsAsync<ShardUnreachableException>(() => other.AskAsync("test", 7, "decide", Bytes(1), Stop));
        Assert.Contains("busy", error.Message, StringComparison.Ordinal);
        release.SetResult();
        Assert.Equal([1], (await first).ToArray());
    }

    [Fact]
    public async Task With_certificates_both_sides_show_one_of_the_clusters_authority()
    {
        var (cluster, foreign) = (new AskCertificates(), new AskCertificates());
        var options = AskNode.Options with { Secret = default, Certificate = cluster.Node(), Authorities = cluster.Authorities };
        await using var node = await AskNode.StartAsync(ScriptedHandler.Echo(), options);
        Assert.Equal("https", node.Address.Scheme);
        await using var member = Client(To(node), options with { Certificate = cluster.Node() });
        Assert.Equal([7, 6, 1], (await member.AskAsync("test", 7, "decide", Bytes(1), Stop)).ToArray());
        await using var stranger = Client(To(node), options with { Certificate = foreign.Node() });
        await Assert.ThrowsAsync<ShardUnreachableException>(() => stranger.AskAsync("test", 7, "decide", Bytes(1), Stop));
        await using var nobody = Client(To(node), options with { Secret = AskNode.Secret, Certificate = null });
        await Assert.ThrowsAsync<ShardUnreachableException>(() => nobody.AskAsync("test", 7, "decide", Bytes(1), Stop));
        await using var careful = Client(To(node), options with { Certificate = cluster.Node(), Authorities = foreign.Authorities });
        await Assert.ThrowsAsync<ShardUnreachableException>(() => careful.AskAsync("test", 7, "decide", Bytes(1), Stop));
    }

    [Fact]
    public void Asks_without_secret_and_authorities_are_refused_at_the_start()
    {
        Assert.NotNull(new AskOptions().Problem());
        Assert.NotNull(new AskOptions { Certificate = new AskCertificates().Node() }.Problem());
        Assert.Null(AskNode.Options.Problem());
        Assert.Throws<ArgumentException>(() => new AskSignature(new byte[31], TimeProvider.System));
    }

    [Fact]
    public void A_directory_keeps_the_latest_owner_in_whatever_order_they_are_told()
    {
        var directory = new ShardDirectory();
        var (a, b) = (new ShardOwner(new("http://a"), 3), new ShardOwner(new("http://b"), 4));
        Assert.True(directory.Announce("test", 1, b));
        Assert.False(directory.Announce("test", 1, a));
        Assert.Equal(b, directory.OwnerOf("test", 1));
        directory.Withdraw("test", 1, 3);
        Assert.Equal(b, directory.OwnerOf("test", 1));
        directory.Withdraw("test", 1, 4);
        Assert.Null(directory.OwnerOf("test", 1));
    }

    private static ReadOnlyMemory<byte> Bytes(params byte[] bytes) => bytes;

    private static ShardDirectory To(AskNode node)
    {
        var directory = new ShardDirectory();
        for (var shard = 0; shard < 10; shard++) directory.Announce("test", shard, new(node.Address, 1));
        return directory;
    }

    private static ShardAskClient Client(ShardDirectory directory, AskOptions? options = null) =>
        new(directory, options ?? AskNode.Options, new AskMetrics(), TimeProvider.System);

    /// <summary>Says that 3 MiB come, and sends nothing.</summary>
    private sealed class WithheldContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken); // the headers
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 3 * 1024 * 1024;
            return true;
        }
    }
}
