using System.Threading.Channels;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// Hands every live notice to every event client through a bounded buffer each. A client whose buffer is full is dropped: it never holds
/// up the journal or the other clients, and loses nothing, because it may come back with the last id it saw.
/// </summary>
public sealed class EventHub(IDeviceNotices notices, int maxClients, int clientBuffer, ILogger<EventHub> log) : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<EventSubscription> _clients = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _pump = Task.CompletedTask;
    private bool _ended;

    /// <summary>Begins to follow the journal.</summary>
    public void Start() => _pump = PumpAsync();

    /// <summary>Adds a client; null when there are as many as allowed, or the feed has ended.</summary>
    public EventSubscription? TrySubscribe()
    {
        lock (_gate)
        {
            if (_ended || _clients.Count >= maxClients) return null;
            var client = new EventSubscription(clientBuffer, Remove);
            _clients.Add(client);
            return client;
        }
    }

    /// <summary>Ends all streams.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pump;
        _stop.Dispose();
    }

    /// <summary>Hands a notice that is not of the journal to every client.</summary>
    public void Publish(LimiterNotice notice) => Offer(new StreamNotice(null, notice));

    private async Task PumpAsync()
    {
        try
        {
            while (!await TryFollowAsync()) await Task.Delay(RetryInterval, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception error)
        {
            NodeLog.EventFeedFailed(log, error.Message);
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
                foreach (var client in _clients) client.End(EventStreamEnd.NodeStops);
                _clients.Clear();
            }
        }
    }

    /// <summary>
    /// Follows to the end; false when the journal could not be read for too long. The next time goes on from there; what is offered again then,
    /// streams leave out by its number.
    /// </summary>
    private async Task<bool> TryFollowAsync()
    {
        try
        {
            await foreach (var notice in notices.FollowAsync(_stop.Token))
                if (notice.Topic is not null) Offer(new StreamNotice(notice, null));
            return true;
        }
        catch (JournalUnavailableException error)
        {
            NodeLog.EventFeedWaits(log, error.Message);
            return false;
        }
    }

    private void Offer(StreamNotice notice)
    {
        lock (_gate)
        {
            for (var i = _clients.Count - 1; i >= 0; i--)
            {
                if (_clients[i].TryOffer(notice)) continue;
                _clients[i].End(EventStreamEnd.TooSlow);
                _clients.RemoveAt(i);
                NodeLog.EventClientDropped(log, clientBuffer);
            }
        }
    }

    private void Remove(EventSubscription client)
    {
        lock (_gate) _clients.Remove(client);
    }
}

/// <summary>What goes to a client: a notice of a device, with its place in the journal, or one of the limiter.</summary>
/// <param name="Device">Null for one of the limiter.</param>
/// <param name="Limiter">Null for one of a device.</param>
public readonly record struct StreamNotice(DeviceNotice? Device, LimiterNotice? Limiter);

/// <summary>Why a stream of events ended.</summary>
public enum EventStreamEnd
{
    /// <summary>It has not.</summary>
    None,
    /// <summary>The client fell behind by more than its buffer.</summary>
    TooSlow,
    /// <summary>The node stops, or its feed ended.</summary>
    NodeStops,
}

/// <summary>One client's place in the hub; dispose it when the client leaves.</summary>
public sealed class EventSubscription : IDisposable
{
    private readonly Channel<StreamNotice> _buffer;
    private readonly Action<EventSubscription> _remove;

    internal EventSubscription(int capacity, Action<EventSubscription> remove)
    {
        _buffer = Channel.CreateBounded<StreamNotice>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _remove = remove;
    }

    /// <summary>Notices from the subscription on, in order; completes at the end of the stream.</summary>
    public ChannelReader<StreamNotice> Notices => _buffer.Reader;

    /// <summary>Why it ended.</summary>
    public EventStreamEnd Ended { get; private set; }

    /// <inheritdoc />
    public void Dispose() => _remove(this);

    internal bool TryOffer(StreamNotice notice) => _buffer.Writer.TryWrite(notice);

    internal void End(EventStreamEnd why)
    {
        Ended = why;
        _buffer.Writer.TryComplete();
    }
}
