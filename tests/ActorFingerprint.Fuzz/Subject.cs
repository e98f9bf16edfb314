using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Fuzz;

/// <summary>What a case did.</summary>
/// <param name="Digest">Hash of everything that was found and counted, times and frame numbers within the case.</param>
/// <param name="Observations">Observations found.</param>
/// <param name="Faults">Faults counted.</param>
/// <param name="Elapsed">Time taken.</param>
/// <param name="Allocated">Bytes allocated.</param>
public readonly record struct Outcome(string Digest, int Observations, int Faults, TimeSpan Elapsed, long Allocated);

/// <summary>
/// The product's way from frames to observations on one thread: interest test, and stages of 64 partitions. Lives over many cases, which
/// follow one another ten minutes of frame time apart, so that what one leaves behind shows in the next.
/// </summary>
public sealed class Subject : IObservationSink
{
    private const long CaseTicks = 10 * TimeSpan.TicksPerMinute;

    private readonly InterestTest _interest = new(new InterestOptions { FlowSetBits = 8 });
    private readonly PartitionStages?[] _partitions = new PartitionStages?[PacketHeader.Partitions];
    private readonly ProtocolOptions _options = new();
    private readonly ArrayBufferWriter<byte> _found = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _startTicks = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private long _frames;
    private long _firstFrame;
    private int _observations;
    private int _faults;

    /// <summary>Runs the frames of a case. An exception is the product's.</summary>
    public Outcome Run(IReadOnlyList<FuzzFrame> frames)
    {
        (_observations, _faults, _firstFrame) = (0, 0, _frames);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        foreach (var frame in frames) Feed(frame);
        var (elapsed, allocated) = (Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - before);
        _startTicks += CaseTicks;
        return new Outcome(Convert.ToHexStringLower(_hash.GetHashAndReset()), _observations, _faults, elapsed, allocated);
    }

    /// <summary>Null when every frame has one fate or one stage, and no stage holds anything of the cases so far; else what is wrong.</summary>
    public string? Complaint()
    {
        if (_interest.Counters.Frames != _frames) return $"{_frames} frames were given, {_interest.Counters.Frames} have a fate";
        foreach (var partition in _partitions)
            if (partition?.Advance(_startTicks) is < long.MaxValue and var frame) return $"frame {frame} is still open ten minutes later";
        return null;
    }

    void IObservationSink.Emit(Observation observation)
    {
        _observations++;
        _found.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_found)) ObservationJson.Write(json, observation, "", observation.Frame - _firstFrame);
        var text = _found.WrittenSpan;
        var time = text.IndexOf("\"ts\":"u8); // absolute, so not the same in the next case
        _hash.AppendData(text[..time]);
        _hash.AppendData(text[text.IndexOf("\"pcap\":"u8)..]);
    }

    void IObservationSink.Fault(Malformed fault)
    {
        _faults++;
        _hash.AppendData([1, (byte)fault]);
    }

    void IObservationSink.Evicted(StateLimit limit)
    {
    }

    private void Feed(FuzzFrame frame)
    {
        var header = default(PacketHeader);
        var atTicks = _startTicks + frame.OffsetTicks;
        var wanted = _interest.Test(frame.Link, frame.Bytes, frame.WireLength, ++_frames, atTicks, ref header, out var payload);
        while (true)
        {
            if (wanted != Interest.None) (_partitions[header.Partition] ??= new PartitionStages(_options)).Parse(in header, payload, this);
            if (!_interest.HasMore) return;
            wanted = _interest.TestNext(frame.Bytes, ref header, out payload);
        }
    }
}
