using System.Diagnostics;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>The thread that does everything to the files but reading batches out.</summary>
public sealed partial class BatchSpool
{
    /// <summary>Batches of one flush: as many as one call of the system takes.</summary>
    private const int MaxGroup = 512;

    /// <summary>Time between two notes of what is confirmed.</summary>
    private static readonly TimeSpan NoteInterval = TimeSpan.FromMilliseconds(100);

    private long _flushedAt;
    private long _notedAt = Stopwatch.GetTimestamp();

    private void Write()
    {
        try
        {
            for (var isOpen = true; isOpen;)
            {
                var isStopping = Await();
                var group = NextGroup();
                var isStored = group.Count == 0 || Store(group);
                Forget();
                Tidy(isStopping);
                isOpen = !isStopping || (isStored && group.Count > 0);
            }
        }
        finally
        {
            GiveUpAll();
        }
    }

    /// <summary>Waits for something to do; then, shortly, for more of it to come. True when the spool is being closed.</summary>
    private bool Await()
    {
        bool isIdle, isWatching;
        lock (_gate) (isIdle, isWatching) = (_pendingBytes == 0, _segments.Exists(segment => segment.Unconfirmed > 0));
        if (isIdle) _work.Wait(isWatching ? NoteInterval : Timeout.InfiniteTimeSpan);
        while (true)
        {
            while (_work.Wait(TimeSpan.Zero))
            {
                // what was said before is seen below
            }
            lock (_gate)
            {
                if (_isStopping || _pendingBytes == 0 || _pendingBytes >= _options.FlushBytes) return _isStopping;
            }
            var rest = _options.FlushInterval - Stopwatch.GetElapsedTime(_flushedAt);
            if (rest <= TimeSpan.Zero || !_work.Wait(rest)) return false;
        }
    }

    private List<Pending> NextGroup()
    {
        var group = new List<Pending>();
        var (bytes, most) = (0, Math.Min(_options.FlushBytes, _options.SegmentBytes / 2));
        lock (_gate)
        {
            foreach (var item in _pending)
            {
                if (group.Count == MaxGroup || bytes >= most) break;
                group.Add(item);
                bytes += item.Length;
            }
        }
        return group;
    }

    /// <summary>
    /// Writes a group and flushes it, again and again while the disk refuses. What a failed flush may have dropped is written again with
    /// the
    /// rest, since all of it is still here. False when the spool is closed meanwhile.
    /// </summary>
    private bool Store(List<Pending> group)
    {
        while (true)
        {
            try
            {
                Append(group);
                Recovered();
                return true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Refused(error);
            }
            if (!Pause()) return false;
            DeleteConfirmed();
        }
    }

    private void Append(List<Pending> group)
    {
        var length = group.Sum(item => (long)item.Length);
        var segment = _segments[^1];
        if (segment.End > segment.First && segment.Length + length > _options.SegmentBytes) segment = Roll();
        var buffers = new List<ReadOnlyMemory<byte>>(group.Count * 2);
        foreach (var item in group)
        {
            buffers.Add(item.Head);
            buffers.Add(item.Record.Message);
        }
        RandomAccess.Write(segment.File, buffers, segment.Length);
        RandomAccess.FlushToDisk(segment.File);
        _flushedAt = Stopwatch.GetTimestamp();
        TaskCompletionSource appended;
        lock (_gate)
        {
            foreach (var item in group)
            {
                segment.Add(item.Length, item.AtTicks);
                _marks.Set(item.Record.Shard, new Watermark(item.Record.Run, item.Record.Number, item.Record.Frame, item.Record.Index));
                _pending.Dequeue();
                _pendingBytes -= item.Length;
            }
            _counters.Flushes++;
            _counters.Appended += group.Count;
            (appended, _appended) = (_appended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        appended.TrySetResult();
        foreach (var item in group) item.Durable.TrySetResult();
    }

    /// <summary>Begins the next segment.</summary>
    private Segment Roll()
    {
        byte[] marks;
        lock (_gate) marks = SegmentFormat.Marks(_marks.All);
        var next = _folder.Create(_segments[^1].End, marks);
        lock (_gate) _segments.Add(next);
        return next;
    }

    /// <summary>Takes what waits for room, in order, as far as there is room.</summary>
    private void Admit()
    {
        lock (_gate)
        {
            while (_waiting.First is { } first && HasRoom(first.Value.Item.Length))
            {
                _waiting.RemoveFirst();
                Take(first.Value.Item);
                first.Value.Taken.TrySetResult();
            }
        }
    }

    /// <summary>Deletes what is confirmed, and notes how far that is.</summary>
    private void Tidy(bool isStopping)
    {
        try
        {
            bool isStuck;
            lock (_gate) isStuck = _waiting.Count > 0 && _segments[^1] is { Unconfirmed: 0 } last && last.End > last.First;
            if (isStuck) Roll();
            DeleteConfirmed();
            if (isStopping || Stopwatch.GetElapsedTime(_notedAt) >= NoteInterval) NoteConfirmed();
            if (!isStopping) Recovered();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refused(error);
        }
        Admit();
    }

    private void Refused(Exception error)
    {
        if (Refusal is null) _warn($"{_folder} cannot be written, sources wait: {error.Message}");
        Refusal = error.Message;
    }

    private void Recovered()
    {
        if (Refusal is not null) _warn($"{_folder} takes batches again");
        Refusal = null;
    }

    private void DeleteConfirmed()
    {
        lock (_files)
        {
            List<Segment> confirmed;
            lock (_gate)
            {
                confirmed = [.. _segments.Take(_segments.Count - 1).Where(segment => segment.Unconfirmed == 0)];
                _segments.RemoveAll(confirmed.Contains);
            }
            foreach (var segment in confirmed) SpoolFolder.Delete(segment);
        }
    }

    private void NoteConfirmed()
    {
        long position;
        lock (_gate) position = (_segments.Find(segment => segment.Unconfirmed > 0) ?? _segments[^1]).FirstUnconfirmed();
        if (position != _notedConfirmed) _folder.WriteConfirmed(position);
        (_notedConfirmed, _notedAt) = (position, Stopwatch.GetTimestamp());
    }

    /// <summary>Waits before the next attempt; false when the spool is being closed.</summary>
    private bool Pause()
    {
        var started = Stopwatch.GetTimestamp();
        while (_options.RetryInterval - Stopwatch.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
        {
            lock (_gate)
            {
                if (_isStopping) return false;
            }
            _work.Wait(rest);
        }
        return true;
    }

    private void GiveUpAll()
    {
        List<TaskCompletionSource> left;
        lock (_gate)
        {
            _isStopping = true;
            left =
            [
                .. _pending.Select(item => item.Durable),
                .. _waiting.Select(waiting => waiting.Taken),
                .. _erasures.Select(erasure => erasure.Done),
            ];
            _pending.Clear();
            _waiting.Clear();
            _erasures.Clear();
            _pendingBytes = 0;
        }
        var why = Refusal is { } refusal ? $"{_folder} was closed while the disk refused: {refusal}" : $"{_folder} was closed";
        foreach (var task in left) task.TrySetException(new ObjectDisposedException(nameof(BatchSpool), why));
    }
}
