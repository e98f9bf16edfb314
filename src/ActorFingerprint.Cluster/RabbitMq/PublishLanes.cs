using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>A batch that the broker did not take.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Problem">Why, when it is known.</param>
internal readonly record struct RefusedBatch(int Shard, string? Problem);

/// <summary>
/// Batches that the broker has not confirmed yet, in a lane for each shard. A lane sends in order, so many at once; when one is refused it waits
/// for the others under way, pauses, and goes on with the refused, one by one until the first of them is taken. Any thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphores have no wait handle, and outlive every wait.")]
internal sealed class PublishLanes(int shards, int window, int laneWindow, Func<ReconnectBackoff> pauses)
{
    private readonly Lane[] _lanes = [.. Enumerable.Range(0, shards).Select(_ => new Lane(laneWindow, pauses()))];
    private readonly SemaphoreSlim _window = new(window);
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Dictionary<ulong, Unconfirmed> _sent = [];
    private readonly Lock _lock = new();
    private long _order;
    private int _turn;
    private ulong _lastTag;
    private ulong _firstTag = 1;
    private int _channel;

    /// <summary>Batches here.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a batch, waiting for room; gives the task that completes when it is confirmed.</summary>
    public async ValueTask<Task> AddAsync(OutgoingBatch batch, CancellationToken stop)
    {
        var lane = _lanes[batch.Headers.Shard];
        await lane.Room.WaitAsync(stop);
        try
        {
            await _window.WaitAsync(stop);
        }
        catch
        {
            lane.Room.Release();
            throw;
        }
        var added = new Unconfirmed(batch, Interlocked.Increment(ref _order), lane);
        lock (_lock)
        {
            Count++;
            lane.Waiting.Add(added.Order, added);
            Signal();
        }
        return added.Confirmed.Task;
    }

    /// <summary>
    /// A new channel: its tags start at 1, and everything that an earlier one left unconfirmed is to be sent again. Gives its number.
    /// </summary>
    public int BeginChannel()
    {
        lock (_lock)
        {
            foreach (var (_, unconfirmed) in _sent) unconfirmed.Lane.Waiting.Add(unconfirmed.Order, unconfirmed);
            _sent.Clear();
            foreach (var lane in _lanes)
            {
                foreach (var refused in lane.Refused) lane.Waiting.Add(refused.Order, refused);
                lane.Refused.Clear();
                lane.UnderWay = 0;
            }
            (_lastTag, _firstTag) = (0, 1);
            return ++_channel;
        }
    }

    /// <summary>
    /// The next batch to publish, which gets the channel's next tag; lanes take turns. False when there is none, with the time to the moment when
    /// one may be.
    /// </summary>
    public bool TryTake(long now, [NotNullWhen(true)] out OutgoingBatch? batch, out TimeSpan pause)
    {
        (batch, pause) = (null, TimeSpan.MaxValue);
        lock (_lock)
        {
            for (var i = 0; i < _lanes.Length; i++)
            {
                var at = (_turn + i) % _lanes.Length;
                var lane = _lanes[at];
                if (!lane.MaySend) continue;
                if (lane.NotBefore > now)
                {
                    if (lane.NotBefore - now < pause.Ticks) pause = TimeSpan.FromTicks(lane.NotBefore - now);
                    continue;
                }
                _turn = at + 1;
                var next = lane.Waiting.GetValueAtIndex(0);
                lane.Waiting.RemoveAt(0);
                lane.UnderWay++;
                (next.SentAt, next.Problem) = (now, null);
                _sent.Add(++_lastTag, next);
                batch = next.Batch;
                return true;
            }
        }
        return false;
    }

    /// <summary>Waits until there may be something to publish.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken stop) => _signal.WaitAsync(atMost, stop);

    /// <summary>
    /// The broker's word on a tag, or on all up to it: the first batch that it did not take; and whether no lane waits for a refused one any more.
    /// A word that comes late, on an earlier channel, says nothing.
    /// </summary>
    public (RefusedBatch? Refused, bool IsClear) Settle(int channel, ulong tag, bool isMultiple, bool isRefused, long now, double chance)
    {
        lock (_lock)
        {
            if (channel != _channel) return default;
            RefusedBatch? first = null;
            for (var at = isMultiple ? _firstTag : tag; at <= tag; at++)
            {
                if (!_sent.Remove(at, out var batch)) continue;
                if (isRefused || batch.Problem is not null)
                {
                    first ??= new RefusedBatch(batch.Batch.Headers.Shard, batch.Problem);
                    batch.Lane.Refuse(batch);
                }
                else Confirm(batch);
                batch.Lane.Settled(now, chance);
            }
            while (_firstTag <= _lastTag && !_sent.ContainsKey(_firstTag)) _firstTag++;
            Signal();
            return (first, Array.TrueForAll(_lanes, lane => !lane.IsCareful));
        }
    }

    /// <summary>A batch came back; what the broker then says of it is no confirmation.</summary>
    public void Return(BatchHeaders headers, string problem)
    {
        lock (_lock)
            foreach (var (_, batch) in _sent)
                if (batch.Batch.Headers == headers)
                    batch.Problem = problem;
    }

    /// <summary>How long the batch that was sent first has been unconfirmed.</summary>
    public TimeSpan OldestAge(long now)
    {
        lock (_lock) return _sent.TryGetValue(_firstTag, out var oldest) ? TimeSpan.FromTicks(now - oldest.SentAt) : TimeSpan.Zero;
    }

    /// <summary>Gives up on everything.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            BeginChannel();
            foreach (var lane in _lanes)
            {
                foreach (var (_, waiting) in lane.Waiting) waiting.Confirmed.TrySetCanceled(CancellationToken.None);
                lane.Waiting.Clear();
            }
            Count = 0;
        }
    }

    private void Confirm(Unconfirmed batch)
    {
        Count--;
        batch.Lane.Confirmed();
        batch.Lane.Room.Release();
        _window.Release();
        batch.Confirmed.TrySetResult();
    }

    private void Signal()
    {
        if (_signal.CurrentCount == 0) _signal.Release();
    }

    private sealed class Unconfirmed(OutgoingBatch batch, long order, Lane lane)
    {
        public OutgoingBatch Batch => batch;

        public long Order => order;

        public Lane Lane => lane;

        public TaskCompletionSource Confirmed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long SentAt { get; set; }

        public string? Problem { get; set; }
    }

    private sealed class Lane(int window, ReconnectBackoff pauses)
    {
        public SemaphoreSlim Room { get; } = new(window);

        public SortedList<long, Unconfirmed> Waiting { get; } = [];

        public List<Unconfirmed> Refused { get; } = [];

        public int UnderWay { get; set; }

        public long NotBefore { get; private set; }

        /// <summary>A batch was refused, and none taken since: one at a time, so that no later one gets ahead.</summary>
        public bool IsCareful { get; private set; }

        public bool MaySend => Waiting.Count > 0 && Refused.Count == 0 && (!IsCareful || UnderWay == 0);

        public void Refuse(Unconfirmed batch)
        {
            IsCareful = true;
            Refused.Add(batch);
        }

        public void Confirmed()
        {
            if (Refused.Count > 0) return; // it was sent before the broker refused another
            (IsCareful, NotBefore) = (false, 0);
            pauses.Reset();
        }

        /// <summary>One less is under way; with the last, the refused are to be sent again after a pause.</summary>
        public void Settled(long now, double chance)
        {
            if (--UnderWay > 0 || Refused.Count == 0) return;
            foreach (var refused in Refused) Waiting.Add(refused.Order, refused);
            Refused.Clear();
            NotBefore = now + pauses.Next(chance).Ticks;
        }
    }
}
