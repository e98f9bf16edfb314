using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols;

/// <summary>
/// Turns the packets of one partition into observations. One instance per partition and protocol, called by one thread at a
/// time in frame order. Never throws for any bytes; never keeps a reference to <c>payload</c>.
/// </summary>
public interface IProtocolStage
{
    /// <summary>Parses one packet. <paramref name="payload"/> is the transport payload, borrowed for the call.</summary>
    void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink);

    /// <summary>
    /// Stream time has come to <paramref name="atTicks"/>: state older than its limit is dropped and counted. It falls only when frames lie more than
    /// a minute behind what came before.
    /// </summary>
    void Advance(long atTicks);

    /// <summary>First frame of the oldest flow whose state is still open, or <see cref="long.MaxValue"/>: a resumed file starts no later.</summary>
    long OldestOpenFrame { get; }
}

/// <summary>Takes what a stage found, in order.</summary>
public interface IObservationSink
{
    /// <summary>Hands over one observation; the sink numbers it within its frame.</summary>
    void Emit(Observation observation);

    /// <summary>Counts bytes that could not be read.</summary>
    void Fault(Malformed fault);

    /// <summary>Counts state that was dropped to stay within a limit (flows, bytes or time).</summary>
    void Evicted(StateLimit limit);
}

/// <summary>Which bound of the reassembly state was reached.</summary>
public enum StateLimit : byte
{
    /// <summary>Too many flows in a partition: the oldest went.</summary>
    Flows,
    /// <summary>Too many bytes buffered.</summary>
    Bytes,
    /// <summary>Not complete within 60 s of frame time.</summary>
    Time,
    /// <summary>More different announcements within a minute than are told apart: this one is not told.</summary>
    Minute,
}
