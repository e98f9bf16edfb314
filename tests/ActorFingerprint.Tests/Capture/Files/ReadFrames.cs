using System.IO.Compression;
using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>A frame with its bytes as hex, so that records compare and print well.</summary>
internal sealed record ReadFrame(long Number, string Hex, int WireLength, LinkType LinkType, long AtTicks);

/// <summary>Reads a source to its end.</summary>
internal static class ReadFrames
{
    public static async Task<List<ReadFrame>> OfAsync(ICaptureSource source, SourcePosition? from = null, List<SourcePosition>? positions = null)
    {
        List<ReadFrame> frames = [];
        await foreach (var block in source.ReadAsync(from, TestContext.Current.CancellationToken))
        {
            Append(frames, block);
            if (block.Next is { } next) positions?.Add(next);
            block.Dispose();
        }
        return frames;
    }

    public static Task<List<ReadFrame>> OfAsync(byte[] bytes, FileCaptureOptions? options = null) =>
        OfAsync(FileCaptureSource.FromStream(new MemoryStream(bytes), "bytes", options));

    public static void Append(List<ReadFrame> frames, FrameBlock block)
    {
        var number = block.FirstFrame;
        foreach (var frame in block.Frames)
        {
            var hex = Convert.ToHexString(block.Buffer, frame.Offset, frame.Length);
            frames.Add(new ReadFrame(number++, hex, frame.WireLength, frame.LinkType, frame.AtTicks));
        }
    }

    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorfp-test-").FullName;

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
