using System.Diagnostics.CodeAnalysis;
using RabbitMQ.Client;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>One connection from its start to its loss. Everything opened on it is gone once <see cref="Lost"/> is cancelled.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle, and outlives every wait.")]
public sealed class BrokerSession
{
    private readonly CancellationTokenSource _lost = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal BrokerSession(IConnection connection)
    {
        Connection = connection;
        connection.ConnectionShutdownAsync += (_, reason) => EndAsync(BrokerErrors.Describe(reason));
    }

    /// <summary>The client's connection.</summary>
    public IConnection Connection { get; }

    /// <summary>Cancelled when the connection is lost or closed.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it was lost, in one line; null while it lives.</summary>
    public string? WhyLost { get; private set; }

    internal Task Ended => _ended.Task;

    /// <summary>Opens a channel; cancelled by <paramref name="stop"/> and by the loss of the connection.</summary>
    public async Task<IChannel> OpenChannelAsync(CreateChannelOptions? options, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, Lost);
        return await Connection.CreateChannelAsync(options, either.Token);
    }

    private Task EndAsync(string why)
    {
        WhyLost ??= why;
        _ended.TrySetResult();
        return _lost.CancelAsync();
    }
}
