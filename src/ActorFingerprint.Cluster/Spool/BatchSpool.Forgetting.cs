using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Core.Devices;
using Microsoft.Win32.SafeHandles;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>Erasure.</summary>
public sealed partial class BatchSpool
{
    /// <summary>
    /// Carries out what was asked, once all that was taken before is stored; on the writing thread, so that no segment grows meanwhile.
    /// </summary>
    private void Forget()
    {
        while (true)
        {
            Erasure? erasure;
            lock (_gate)
            {
                if (!_erasures.TryPeek(out erasure) || erasure.After > _counters.Appended) return;
                _erasures.Dequeue();
            }
            try
            {
                foreach (var segment in _segments.ToArray()) Forget(segment, erasure.Device);
                erasure.Done.TrySetResult();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                erasure.Done.TrySetException(new IOException($"{_folder} could not forget {erasure.Device}: {error.Message}", error));
            }
        }
    }

    /// <summary>Writes a segment anew when it names the device. Confirmed batches leave nothing but their place behind then.</summary>
    private void Forget(Segment segment, DeviceKey device)
    {
        var erasure = new BatchErasure(device);
        if (!Names(segment, erasure)) return;
        var (written, replaced) = (SpoolFolder.CreateBeside(segment), segment.File);
        try
        {
            var (begin, lengths) = Copy(segment, written, erasure);
            lock (_files)
            {
                SpoolFolder.PutInPlace(segment, written);
                lock (_gate) segment.Replace(written, begin, lengths);
            }
        }
        catch
        {
            written.Dispose();
            File.Delete(segment.Path + ".new");
            throw;
        }
        _folder.Wipe(replaced);
    }

    private static bool Names(Segment segment, BatchErasure erasure)
    {
        for (var position = segment.First; position < segment.End; position++)
        {
            var isRead = SegmentScan.TryReadRecord(segment.File, segment.At(position), segment.Length, out var body, out _);
            if (isRead && erasure.MayName(body.Span)) return true;
        }
        return false;
    }

    private (long Begin, List<int> Lengths) Copy(Segment segment, SafeFileHandle to, BatchErasure erasure)
    {
        var begin = segment.End > segment.First ? segment.At(segment.First) : segment.Length;
        var front = new byte[begin];
        if (!SegmentScan.TryReadAt(segment.File, 0, front)) throw new InvalidDataException($"{segment.Path} ends early");
        RandomAccess.Write(to, front, 0);
        var lengths = new List<int>();
        for (var (position, at) = (segment.First, begin); position < segment.End; position++)
        {
            if (!SegmentScan.TryReadRecord(segment.File, segment.At(position), segment.Length, out var body, out var fault)
                || !SegmentFormat.TryReadBatch(body, out var record, out var atTicks))
                throw new InvalidDataException($"batch {position}: {fault}");
            bool isConfirmed;
            lock (_gate) isConfirmed = segment.IsConfirmed(position);
            if (!isConfirmed) record = record with { Message = erasure.Without(record.Message) };
            var head = isConfirmed ? SegmentFormat.Gone(record, atTicks) : SegmentFormat.BatchHead(record, atTicks);
            var message = isConfirmed ? default : record.Message;
            RandomAccess.Write(to, [head, message], at);
            lengths.Add(head.Length + message.Length);
            at += lengths[^1];
        }
        return (begin, lengths);
    }
}
