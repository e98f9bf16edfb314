using ActorFingerprint.Tools.FrameGenerator.Home;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>Captures of a generated home, written when they are first asked for.</summary>
internal static class HomeCaptures
{
    private static readonly Lazy<HomeCapture> Busy = new(() => HomeDay.Make(new HomeOptions(Seed: 7, Devices: 40, Hours: 24, Scale: 3)));
    private static readonly Lazy<HomeCapture> Day = new(() => HomeDay.Make(new HomeOptions(Seed: 7)));

    /// <summary>A busy home of 40 devices, for runs that are to be cut off.</summary>
    public static string WriteBusy(string folder) => Write(folder, "busy.pcap", Busy.Value, Busy.Value.Frames.Count);

    /// <summary>An ordinary day of 30 devices.</summary>
    public static string WriteDay(string folder) => Write(folder, "home.pcap", Day.Value, Day.Value.Frames.Count);

    /// <summary>The day up to and including a time.</summary>
    public static string WriteDayUntil(string folder, DateTime until)
    {
        var micros = (until - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return Write(folder, "cut.pcap", Day.Value, Day.Value.Frames.TakeWhile(frame => frame.AtMicros <= micros).Count());
    }

    private static string Write(string folder, string name, HomeCapture capture, int frames)
    {
        var path = Path.Combine(folder, name);
        using var file = File.Create(path);
        CaptureWriter.Write(file, CaptureFormat.Pcap, CaptureWriter.Ethernet, [.. capture.Frames.Take(frames)]);
        return path;
    }
}
