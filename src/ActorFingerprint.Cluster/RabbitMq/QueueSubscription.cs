using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>A message as it came, unacknowledged.</summary>
internal sealed record QueueMessage(ulong Tag, IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body);

/// <summary>
/// One place in the line of a queue's consumers, from its subscription to its end, on a channel of its own: with the channel goes the place, and
/// everything unacknowledged goes to the next in the line, in order. It is active from its first message on.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle, and outlives every wait.")]
internal sealed class QueueSubscription : AsyncDefaultBasicConsumer
{
    /// <summary>Marks a token among messages.</summary>
    private const string TokenType = "actorfp.token";

    /// <summary>Tokens that are unacknowledged at a time: the held one and its successor.</summary>
    private const int Tokens = 2;

    private readonly string _queue;
    private readonly Action<QueueSubscription> _activated;
    private readonly TimeProvider _time;
    private readonly TokenKeeper _tokens = new();
    private readonly Lock _lock = new();
    private readonly Channel<QueueMessage> _inbox;
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();
    private CancellationTokenRegistration _lost;
    private Task? _closing;

    private QueueSubscription(IChannel channel, string queue, int prefetch, Action<QueueSubscription> activated, TimeProvider time) : base(channel)
    {
        (_queue, _activated, _time) = (queue, activated, time);
        _inbox = System.Threading.Channels.Channel.CreateBounded<QueueMessage>(new BoundedChannelOptions(prefetch) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>It is the active consumer, or was until its end.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Completes at the end, with the reason.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Cancelled at the end.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>
    /// Takes a place at the end of the line. <paramref name="activated"/> is called once, when it becomes active, and must return at once.
    /// </summary>
    public static async Task<QueueSubscription> OpenAsync(
        BrokerSession session, string queue, int prefetch, Action<QueueSubscription> activated, TimeProvider time, CancellationToken stop)
    {
        var channel = await session.OpenChannelAsync(null, stop);
        var subscription = new QueueSubscription(channel, queue, prefetch, activated, time);
        subscription._lost = session.Lost.Register(() => subscription.End($"the connection was lost: {session.WhyLost}"));
        try
        {
            await channel.BasicQosAsync(0, (ushort)(prefetch + Tokens), global: false, stop);
            await channel.BasicConsumeAsync(queue, autoAck: false, subscription, stop);
            return subscription;
        }
        catch
        {
            subscription.End("it could not be opened");
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next message; null once it is over.</summary>
    public async ValueTask<QueueMessage?> TakeAsync()
    {
        try
        {
            while (!_over.IsCancellationRequested && await _inbox.Reader.WaitToReadAsync(_over.Token))
                if (_inbox.Reader.TryRead(out var message) && !_over.IsCancellationRequested) return message;
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        return null;
    }

    /// <summary>Acknowledges a message; nothing happens once it is over.</summary>
    public async ValueTask AcknowledgeAsync(ulong tag)
    {
        if (_over.IsCancellationRequested) return;
        try
        {
            await Channel.BasicAckAsync(tag, multiple: false);
        }
        catch (Exception error) when (BrokerErrors.IsBroker(error))
        {
            End(BrokerErrors.Describe(error)); // the message comes again
        }
    }

    /// <summary>Publishes a token when the queue needs one; asked about once a second.</summary>
    public async Task KeepTokenAsync(bool isOwned)
    {
        lock (_lock)
            if (!_tokens.NeedsToken(IsActive, isOwned, Now)) return;
        try
        {
            // Straight into the queue, not confirmed: whether it is there shows when it comes back.
            await Channel.BasicPublishAsync("", _queue, mandatory: false, new BasicProperties { Type = TokenType, Persistent = true }, ReadOnlyMemory<byte>.Empty, Over);
        }
        catch (Exception error) when (BrokerErrors.IsBroker(error))
        {
            End(BrokerErrors.Describe(error));
        }
    }

    /// <summary>Gives up the place, what is unacknowledged goes to the next in the line.</summary>
    public Task CloseAsync(string why)
    {
        End(why);
        lock (_lock) return _closing ??= CloseChannelAsync();
    }

    /// <inheritdoc/>
    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (_over.IsCancellationRequested) return;
        if (!IsActive)
        {
            IsActive = true;
            _activated(this);
        }
        if (properties.Type != TokenType)
        {
            lock (_lock) _tokens.Delivered(body.Length);
            await _inbox.Writer.WriteAsync(new QueueMessage(deliveryTag, properties, body.ToArray()), cancellationToken);
            return;
        }
        ulong? earlier;
        lock (_lock) earlier = _tokens.Hold(deliveryTag, Now);
        if (earlier is { } tag) await AcknowledgeAsync(tag);
    }

    /// <inheritdoc/>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        End("the broker cancelled the consumer: its queue was deleted, or has no leader");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        End(BrokerErrors.Describe(reason));
        return Task.CompletedTask;
    }

    private async Task CloseChannelAsync()
    {
        try
        {
            await Channel.CloseAsync();
        }
        catch (Exception error) when (BrokerErrors.IsBroker(error))
        {
            // It went with its connection.
        }
        await Channel.DisposeAsync();
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    private void End(string why)
    {
        if (!_ended.TrySetResult(why)) return;
        _lost.Unregister(); // the connection goes on, and would keep this for as long
        _inbox.Writer.TryComplete();
        _ = _over.CancelAsync();
        while (_inbox.Reader.TryRead(out _))
        {
            // unread: it goes to the next in the line
        }
    }
}
