using System.Runtime.CompilerServices;
using System.Text;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>
/// The outbox of a sensor: batches in a folder of segment files, in order, durable before anybody sees them. Appends share flushes; what
/// is full
/// or refused makes them wait, and loses nothing that was acknowledged. A reader follows from the oldest batch that nobody confirmed; a
/// segment
/// whose batches are all confirmed is deleted. The last batch of each (run, shard) is remembered for good. Safe for any thread, with one
/// reader at a time.
/// </summary>
public sealed partial class BatchSpool : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _files = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly SpoolOptions _options;
    private readonly SpoolFolder _folder;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly SpoolCounters _counters = new();
    private readonly SpoolMarks _marks = new();
    private readonly List<Segment> _segments;
    private readonly Queue<Pending> _pending = [];
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly Queue<Erasure> _erasures = [];
    private readonly Task _writer;
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _pendingBytes;
    private long _notedConfirmed;
    private bool _isStopping;

    private BatchSpool(SpoolOptions options, SpoolFolder folder, TimeProvider time, Action<string> warn)
    {
        (_options, _folder, _time, _warn) = (options, folder, time, warn);
        _segments = SpoolRecovery.Read(folder, _marks, _counters, warn);
        _notedConfirmed = folder.ReadConfirmed();
        var next = Math.Max(1, _notedConfirmed);
        if (_segments.Count == 0 || _segments[^1].End < next) _segments.Add(folder.Create(next, SegmentFormat.Marks(_marks.All)));
        DeleteConfirmed();
        _writer = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>No append gets in until batches are confirmed: sources are to wait.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate) return _waiting.First is { } first ? !HasRoomOnDisk(first.Value.Item.Length) : !HasRoomOnDisk(0);
        }
    }

    /// <summary>Why the disk refuses at the moment; null while it takes what comes.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Bytes of all segments, confirmed batches in them included.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return StoredBytes();
        }
    }

    /// <summary>Most bytes there may be.</summary>
    public long MaxBytes => _options.MaxBytes;

    /// <summary>Batches that are durable and not confirmed.</summary>
    public long Records
    {
        get
        {
            lock (_gate) return _segments.Sum(segment => (long)segment.Unconfirmed);
        }
    }

    /// <summary>How long ago the oldest unconfirmed batch was appended, to the second; zero without one.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_gate)
            {
                var oldest = _segments.Select(segment => segment.OldestTicks).FirstOrDefault(ticks => ticks is not null);
                return oldest is { } ticks ? TimeSpan.FromTicks(Math.Max(0, _time.GetUtcNow().UtcTicks - ticks)) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Segment ends that a crash had left unfinished, found when the spool was opened.</summary>
    public long TornTails => _counters.TornTails;

    /// <summary>Batches that could not be read any more, for damage to the disk.</summary>
    public long LostBatches => _counters.LostBatches;

    /// <summary>Flushes to the disk since it was opened.</summary>
    public long Flushes => _counters.Flushes;

    /// <summary>Batches made durable since it was opened.</summary>
    public long Appended => _counters.Appended;

    /// <summary>Opens a spool, reading everything in it.</summary>
    /// <param name="options">Where, and how large.</param>
    /// <param name="time">Clock of the ages and pauses.</param>
    /// <param name="warn">Takes a line for whoever runs the sensor.</param>
    /// <exception cref="IOException">Another process has the spool, or its folder cannot be read or written.</exception>
    public static BatchSpool Open(SpoolOptions options, TimeProvider time, Action<string> warn)
    {
        options.Check();
        var folder = new SpoolFolder(options.Folder);
        try
        {
            return new BatchSpool(options, folder, time, warn);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes a batch in its place, waiting while there is no room. <paramref name="durable"/> completes once it cannot be lost any more,
    /// and fails
    /// with <see cref="ObjectDisposedException"/> when the spool is closed before that.
    /// </summary>
    /// <exception cref="ArgumentException">The record is larger than a spool of this size takes, or its run's id is too long.</exception>
    public async ValueTask EnqueueAsync(SpoolRecord record, TaskCompletionSource durable, CancellationToken stop)
    {
        if (Encoding.UTF8.GetByteCount(record.Run) > BatchHeader.MaxName)
            throw new ArgumentException($"run '{record.Run}' is longer than {BatchHeader.MaxName} bytes");
        var item = new Pending(record, _time.GetUtcNow().UtcTicks, durable);
        if (item.Length > _options.MaxBytes / 2 || item.Length > SegmentFormat.MaxBody)
            throw new ArgumentException($"a record of {item.Length} bytes is too large for a spool of {_options.MaxBytes}");
        Waiting waiting;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            if (_waiting.Count == 0 && HasRoom(item.Length))
            {
                Take(item);
                return;
            }
            waiting = new Waiting(item);
            _waiting.AddLast(waiting);
        }
        await using var cancel = stop.Register(() => GiveUp(waiting, stop));
        await waiting.Taken.Task;
    }

    /// <summary>Appends a batch and completes once it is durable. Cancelling ends the wait for room, not what was taken already.</summary>
    public async Task AppendAsync(SpoolRecord record, CancellationToken stop)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(record, durable, stop);
        await durable.Task;
    }

    /// <summary>How far each of so many shards has got with a run, in what is durable.</summary>
    public Watermark[] WatermarksOf(string run, int shards)
    {
        lock (_gate) return [.. Enumerable.Range(0, shards).Select(shard => _marks.Of(run, shard))];
    }

    /// <summary>
    /// The batches in order: first those that are durable and not confirmed, then those appended later. Ends only by <paramref
    /// name="stop"/>, or when
    /// the spool is closed. A second reading starts at the oldest unconfirmed batch again.
    /// </summary>
    public async IAsyncEnumerable<SpooledBatch> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        for (var next = 0L; ;)
        {
            stop.ThrowIfCancellationRequested();
            var (batch, more) = ReadNext(ref next);
            if (batch is { } found) yield return found;
            else if (more is null) yield break;
            else await more.WaitAsync(stop);
        }
    }

    /// <summary>A batch is safe elsewhere. In any order; a position that is confirmed already is no mistake.</summary>
    public void Confirm(long position)
    {
        lock (_gate)
        {
            if (SegmentOf(position) is not { } segment || !segment.Confirm(position) || segment.Unconfirmed > 0) return;
        }
        _work.Release();
    }

    /// <summary>
    /// Forgets a device (erasure): writes every segment that names it anew without its envelopes, and zeros over the old bytes. A batch
    /// stays,
    /// with fewer envelopes or none, under its number.
    /// </summary>
    public async Task ForgetAsync(DeviceKey device)
    {
        Erasure erasure;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            erasure = new Erasure(device, _counters.Appended + _pending.Count);
            _erasures.Enqueue(erasure);
        }
        _work.Release();
        await erasure.Done.Task;
    }

    /// <summary>Makes durable what was taken, unless the disk refuses, and closes the spool.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate) _isStopping = true;
        _work.Release();
        await _writer; // its fault, if any, is thrown here
        lock (_files)
        {
            lock (_gate)
            {
                foreach (var segment in _segments) segment.Dispose();
                _segments.Clear();
                _appended.TrySetResult();
            }
        }
        _folder.Dispose();
    }

    private Segment? SegmentOf(long position)
    {
        foreach (var segment in _segments)
            if (position < segment.End) return position >= segment.First ? segment : null;
        return null;
    }

    private long StoredBytes() => _segments.Sum(segment => segment.Length);

    private bool HasRoomOnDisk(int length) => StoredBytes() + _pendingBytes + length < _options.MaxBytes;

    private bool HasRoom(int length) => HasRoomOnDisk(length) && (_pendingBytes == 0 || _pendingBytes + length <= _options.MaxPendingBytes);

    private void Take(Pending item)
    {
        _pending.Enqueue(item);
        _pendingBytes += item.Length;
        _work.Release();
    }

    private void GiveUp(Waiting waiting, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_waiting.Remove(waiting)) waiting.Taken.TrySetCanceled(stop);
        }
    }

    /// <summary>A record on its way to the disk: its head and its message, one behind the other.</summary>
    private sealed class Pending(SpoolRecord record, long atTicks, TaskCompletionSource durable)
    {
        public SpoolRecord Record => record;

        public long AtTicks => atTicks;

        public byte[] Head { get; } = SegmentFormat.BatchHead(record, atTicks);

        public int Length => Head.Length + record.Message.Length;

        public TaskCompletionSource Durable => durable;
    }

    /// <summary>A record for which there is no room yet.</summary>
    private sealed class Waiting(Pending item)
    {
        public Pending Item => item;

        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A device to forget in the batches up to a number of those appended since the start.</summary>
    private sealed class Erasure(DeviceKey device, long after)
    {
        public DeviceKey Device => device;

        public long After => after;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
