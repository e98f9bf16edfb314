using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Transport;

/// <summary>
/// The way of a sensor's batches: into the spool first, so that their numbers and contents are fixed and cannot be lost, then to the broker in
/// order, again and again until it confirms them. Owns the spool and the publisher.
/// </summary>
public sealed class SpoolTransport : IShardTransport, IAsyncDisposable
{
    private readonly BatchSpool _spool;
    private readonly BatchPublisher _publisher;
    private readonly int _shards;
    private readonly BatchEncoder _encoder = new();
    private readonly Lock _encoding = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _draining;

    /// <summary>Begins to publish what the spool holds.</summary>
    /// <param name="spool">The spool.</param>
    /// <param name="publisher">Publishes to the device region.</param>
    /// <param name="shards">Shards in the region.</param>
    public SpoolTransport(BatchSpool spool, BatchPublisher publisher, int shards)
    {
        (_spool, _publisher, _shards) = (spool, publisher, shards);
        _draining = Task.Run(DrainAsync);
    }

    /// <summary>Batches on the disk that the broker has not confirmed.</summary>
    public long Waiting => _spool.Records;

    /// <summary>The spool, for those who count.</summary>
    public BatchSpool Spool => _spool;

    /// <summary>Why sources cannot be read on now, in one line; null when they can.</summary>
    public string? Problem => _spool.Refusal is { } refusal ? $"the spool cannot be written: {refusal}"
        : _spool.IsFull ? $"the spool is full with {_spool.Records} batches: {_publisher.Problem ?? "the broker is slower than the sources"}"
        : _draining.IsFaulted ? $"publishing ended: {_draining.Exception.InnerException?.Message}"
        : null;

    /// <summary>Why batches stay in the spool, in one line; null when they go out.</summary>
    public string? Delay => _publisher.Problem;

    /// <inheritdoc />
    public bool WantsReports => true;

    /// <inheritdoc />
    public ValueTask SendAsync(ShardBatch batch, TaskCompletionSource safe, CancellationToken stop)
    {
        byte[] message;
        lock (_encoding) message = _encoder.Encode(ShardRegions.Device, _shards, batch);
        return _spool.EnqueueAsync(SpoolRecord.Of(batch, message), safe, stop);
    }

    /// <inheritdoc />
    public Task<Watermark[]> WatermarksAsync(string run, CancellationToken stop) => Task.FromResult(_spool.WatermarksOf(run, _shards));

    /// <inheritdoc />
    public Task ForgetAsync(DeviceKey device) => _spool.ForgetAsync(device);

    /// <summary>Completes when the broker has confirmed everything that is in the spool now.</summary>
    public async Task DrainedAsync(TimeProvider time, CancellationToken stop)
    {
        while (_spool.Records > 0) await Task.Delay(TimeSpan.FromMilliseconds(20), time, stop);
    }

    /// <summary>Stops publishing and closes the spool; what is not confirmed goes out at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _publisher.DisposeAsync();
        await _draining.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _spool.DisposeAsync();
        _stop.Dispose();
    }

    private async Task DrainAsync()
    {
        try
        {
            await foreach (var batch in _spool.ReadAsync(_stop.Token))
            {
                var headers = new BatchHeaders(ShardRegions.Device, batch.Shard, batch.Run, batch.Number);
                var confirmed = await _publisher.PublishAsync(new OutgoingBatch(headers, batch.Message), _stop.Token);
                _ = ConfirmAsync(batch.Position, confirmed);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the node stops
        }
    }

    private async Task ConfirmAsync(long position, Task confirmed)
    {
        await confirmed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (confirmed.IsCompletedSuccessfully) _spool.Confirm(position);
    }
}
