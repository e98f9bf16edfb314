namespace ActorFingerprint.Protocols.Tcp;

/// <summary>
/// A stage whose messages begin at the start of a TCP segment. A message whole in one segment is read in place; an unfinished one is kept
/// until its other segments are there, in any order, or a limit cuts it. A segment that begins no message of the protocol, in a direction
/// without an unfinished one, costs a look at its first bytes and leaves no state: parts that overtake the start of their message are
/// not kept.
/// </summary>
public abstract class MessageStage : IProtocolStage
{
    /// <summary>Longest message that is put together, bytes: what a direction hands on in a minute.</summary>
    public const int MaxMessage = 8 * 1024;

    /// <summary>Part of the limits of the reassembly state that a stage of plain messages takes: they are short and soon whole.</summary>
    private const int ShareOfLimits = 4;

    private const int MemorySetBits = 7;

    private readonly StreamTable _streams;
    private readonly MinuteMemory _memory = new(MemorySetBits);
    private int _expired;

    /// <summary>Without state.</summary>
    /// <param name="limits">Bounds of the TCP state; a quarter of them is used.</param>
    protected MessageStage(ReassemblyLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _streams = new StreamTable(limits with
        {
            MaxStreams = Math.Max(1, limits.MaxStreams / ShareOfLimits),
            MaxBytes = Math.Max(SegmentBuffer.Window, limits.MaxBytes / ShareOfLimits),
        });
    }

    /// <inheritdoc />
    public long OldestOpenFrame => Math.Min(_streams.OldestFrame, _memory.OldestFrame);

    /// <summary>Repeats within a minute are given too, for comparison with tables that list every message.</summary>
    internal bool GivesRepeats { get; init; }

    /// <summary>Counted when a message is over <see cref="MaxMessage"/>.</summary>
    protected abstract Malformed TooLong { get; }

    /// <inheritdoc />
    public void Advance(long atTicks)
    {
        _expired += _streams.Expire(atTicks);
        _memory.Advance(atTicks);
    }

    /// <inheritdoc />
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        if (_streams.IsEmpty && _expired == 0 && !IsStart(payload)) return;
        ArgumentNullException.ThrowIfNull(sink);
        for (; _expired > 0; _expired--) sink.Evicted(StateLimit.Time);
        var key = FlowKey.Of(in packet);
        if (FindOpen(in key, in packet, sink) is { } stream && TryReadWith(stream, in packet, payload, sink)) return;
        if (IsStart(payload)) ReadAlone(in packet, in key, payload, sink);
    }

    /// <summary>The bytes, all of a segment's, begin a message of this protocol: decided by a few of them, without state.</summary>
    protected abstract bool IsStart(ReadOnlySpan<byte> payload);

    /// <summary>
    /// Reads the messages at the start of <paramref name="bytes"/>. Gives the offset at which an unfinished one begins, or -1.
    /// </summary>
    /// <param name="packet">The packet that brought the newest of the bytes.</param>
    /// <param name="bytes">Bytes from the start of a message on.</param>
    /// <param name="isCut">No more bytes will come: an unfinished message is read as far as it goes.</param>
    /// <param name="sink">Where to.</param>
    protected abstract int Read(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink);

    /// <summary>
    /// True when a value, hashed with <see cref="ContentHash"/>, has not been seen in this minute and may be remembered. Repeats tell
    /// nothing
    /// new, and under a flood of values the rest of the minute does not either.
    /// </summary>
    protected bool IsNews(ulong hash, in PacketHeader packet) => GivesRepeats || _memory.Recall(hash, in packet) == Recollection.New;

    private StreamAssembly? FindOpen(in FlowKey key, in PacketHeader packet, IObservationSink sink)
    {
        var stream = _streams.Find(in key);
        if (stream is null || !_streams.IsExpired(stream, packet.AtTicks)) return stream;
        sink.Evicted(StateLimit.Time);
        _streams.Close(stream);
        return null;
    }

    private void ReadAlone(in PacketHeader packet, in FlowKey key, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var open = Read(in packet, payload, packet.IsTruncated, sink);
        if (open < 0) return;
        if (IsTooLong(in packet, payload[open..], sink)) return;
        var start = packet.TcpSequence + (uint)open;
        var stream = _streams.Open(in key, in packet, sink);
        stream.Segments.TryAdd(start, payload[open..]);
        stream.AddStart(start);
        _streams.Enforce(stream, sink);
    }

    /// <summary>
    /// False when the segment is no part of the unfinished message, which is given up when another begins. Data from before it that comes
    /// again (RFC 9293 §3.10.7.4) is passed over.
    /// </summary>
    private bool TryReadWith(StreamAssembly stream, in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var start = stream.Starts[0].Sequence;
        var offset = (long)unchecked((int)(packet.TcpSequence - start));
        var isOld = offset + payload.Length <= 0;
        if (isOld && offset > -SegmentBuffer.Window) return true;
        var isPart = !isOld && offset <= MaxMessage
            && (offset >= 0 ? stream.Segments.TryAdd(packet.TcpSequence, payload) : stream.Segments.TryAdd(start, payload[(int)-offset..]));
        if (!isPart)
        {
            if (IsStart(payload)) _streams.Close(stream);
            return false;
        }
        var bytes = stream.Segments.Contiguous(start);
        var open = Read(in packet, bytes, packet.IsTruncated, sink);
        if (open < 0 || IsTooLong(in packet, bytes[open..], sink))
        {
            _streams.Close(stream);
            return true;
        }
        stream.Starts[0] = new StreamStart(start + (uint)open, IsHelloRead: false);
        _streams.Enforce(stream, sink);
        return true;
    }

    private bool IsTooLong(in PacketHeader packet, ReadOnlySpan<byte> unfinished, IObservationSink sink)
    {
        if (unfinished.Length < MaxMessage) return false;
        sink.Fault(TooLong);
        Read(in packet, unfinished[..MaxMessage], isCut: true, sink);
        return true;
    }
}
