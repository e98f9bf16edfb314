using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Protocols;

/// <summary>The walk to the innermost header and the question whether anybody wants the frame; for each frame. Must allocate
/// nothing.</summary>
public class InterestTestBenchmarks
{
    private readonly InterestTest _test = new(new InterestOptions());
    private byte[][] _frames = [];
    private long[] _ticks = [];

    [GlobalSetup]
    public void Load()
    {
        _frames = [.. HomeFrames.All.Select(frame => frame.Bytes)];
        _ticks = [.. HomeFrames.All.Select(frame => DateTime.UnixEpoch.Ticks + frame.AtMicros * 10)];
    }

    [Benchmark(OperationsPerInvoke = HomeFrames.Count)]
    public int Home()
    {
        var interesting = 0;
        var header = default(PacketHeader);
        for (var i = 0; i < _frames.Length; i++)
            if (_test.Test(LinkType.Ethernet, _frames[i], _frames[i].Length, i + 1, _ticks[i], ref header,
                out _) != Interest.None) interesting++;
        return interesting;
    }
}
