using ActorFingerprint.Capture.Files;
using ActorFingerprint.Tools.FrameGenerator.Writers;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Capture;

/// <summary>From a file in the page cache to frames in blocks; for each frame.</summary>
public class FileReaderBenchmarks
{
    private string _pcap = "";
    private string _pcapng = "";

    [GlobalSetup]
    public void Write() => (_pcap, _pcapng) = (HomeFrames.WriteTo(CaptureFormat.Pcap), HomeFrames.WriteTo(CaptureFormat.Pcapng));

    [GlobalCleanup]
    public void Delete()
    {
        File.Delete(_pcap);
        File.Delete(_pcapng);
    }

    [Benchmark(OperationsPerInvoke = HomeFrames.Count)]
    public Task<long> Pcap() => ReadAsync(_pcap);

    [Benchmark(OperationsPerInvoke = HomeFrames.Count)]
    public Task<long> Pcapng() => ReadAsync(_pcapng);

    private static async Task<long> ReadAsync(string path)
    {
        var bytes = 0L;
        await using var source = FileCaptureSource.FromFiles([path]);
        await foreach (var block in source.ReadAsync(from: null, CancellationToken.None))
            using (block)
                foreach (var frame in block.Frames) bytes += frame.Length;
        return bytes;
    }
}
