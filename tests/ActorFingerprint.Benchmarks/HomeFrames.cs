using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Home;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Benchmarks;

/// <summary>A busy home: the frames that the benchmarks of this project read, the same at every run.</summary>
internal static class HomeFrames
{
    /// <summary>How many there are: results are for each of them.</summary>
    public const int Count = 65_536;

    /// <summary>The frames in order, exactly <see cref="Count"/>.</summary>
    public static IReadOnlyList<Frame> All { get; } = HomeDay.Make(new HomeOptions(Scale: 10)).Frames.ToArray()[..Count];

    /// <summary>Writes them to a temporary file that the caller deletes.</summary>
    public static string WriteTo(CaptureFormat format)
    {
        var path = Path.Combine(Path.GetTempPath(), $"actorfp-benchmark-{Environment.ProcessId}-{format}");
        using var file = File.Create(path);
        CaptureWriter.Write(file, format, CaptureWriter.Ethernet, All);
        return path;
    }
}
