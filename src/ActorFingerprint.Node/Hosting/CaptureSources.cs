using ActorFingerprint.Capture.Files;
using ActorFingerprint.Capture.Live;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Opens capture sources by the rules of the configuration.</summary>
internal static class CaptureSources
{
    /// <summary>How often a followed folder is looked at.</summary>
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Files, a folder to follow, or <c>-</c>. Throws <see cref="CaptureException"/>.</summary>
    public static FileCaptureSource Files(IReadOnlyList<string> paths, bool follow, ActorFingerprintOptions options, TimeProvider time)
    {
        var blocks = new FileCaptureOptions { BlockLength = (int)options.Streams.BlockSize };
        if (paths is ["-"]) return FileCaptureSource.FromStream(Console.OpenStandardInput(), "stdin", blocks);
        if (!follow) return FileCaptureSource.FromFiles(paths, blocks);
        if (paths is not [var folder])
            throw new CaptureException("CAPTURE_UNAVAILABLE", $"{string.Join(' ', paths)}: only one folder can be followed; name the folder that captures are rotated into");
        if (!Directory.Exists(folder))
        {
            var what = File.Exists(folder) ? "is a file; name the folder that captures are rotated into, or do not follow it" : "no such folder";
            throw new CaptureException("CAPTURE_UNAVAILABLE", $"{folder}: {what}");
        }
        return FileCaptureSource.FromFolder(folder, new PollingFolderWatch(FollowInterval, time), blocks);
    }

    /// <summary>An interface; <paramref name="running"/> is called when frames can arrive. Throws <see cref="CaptureException"/>.</summary>
    public static LiveCaptureSource Live(string name, ActorFingerprintOptions options, TimeProvider time, Action running)
    {
        var protocols = options.Capture.Protocols;
        if (protocols == ProtocolSet.None)
            throw new CaptureException("CAPTURE_UNAVAILABLE", $"{name}: no protocol may be captured; {CaptureOptions.SwitchOn}");
        var live = new LiveCaptureOptions(name, protocols)
        {
            Filter = options.Capture.Filter.Length > 0 ? options.Capture.Filter : null,
            IsPromiscuous = options.Capture.Promiscuous,
            RingLength = (int)options.Capture.Buffer,
            SnapLength = (int)options.Capture.SnapLength,
        };
        return new LiveCaptureSource(live, time, transition =>
        {
            if (transition.To == ActorFingerprint.Capture.Live.CaptureState.Running) running();
        });
    }

    /// <summary>What a run of the source is known by: the whole path, so that files of one name in two folders are two sources.</summary>
    public static string IdentityOf(IReadOnlyList<string> paths) => string.Join('|', paths.Select(path => path == "-" ? path : Path.GetFullPath(path)));
}
